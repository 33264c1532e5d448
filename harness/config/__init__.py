"""What to run: run files, model files, the resolved model, prices."""
