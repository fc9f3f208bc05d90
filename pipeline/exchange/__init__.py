"""Exchange: a result into the tools that people have, and what they labelled there back.

Nothing here is loaded by a run: `claims query`, `claims export` and `claims labels` ask for it, each for its own
module. `kinds` says what there is to choose from and loads nothing else, so that help can.
"""
