"""The course's GAN written for other frameworks, for benchmarks/training.py."""
