"""The training corpus: templates composed by a phrase grammar, and the examples made of them."""
