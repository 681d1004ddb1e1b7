"""Trains a LoRA adapter that teaches a small language model to fill in the middle of code. See README.md."""
