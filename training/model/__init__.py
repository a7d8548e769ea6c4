"""The tiny model: architecture, tokenizer, batches, the training run and the export."""
