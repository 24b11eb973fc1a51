"""Model files and checkpoints: safetensors, written whole or not at all."""
