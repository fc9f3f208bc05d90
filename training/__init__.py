"""The training of the entity model that ships with the package; needs the dependency group `train`."""
