"""Claims that web pages make about research peptides, where they disagree, and what is plainly wrong."""
