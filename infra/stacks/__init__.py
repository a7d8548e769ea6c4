"""The four stacks of a deployment: what each is made of, and who may do what to whom."""
