"""Networks of other packages: dense layers of scikit-learn, PyTorch and ONNX, read off."""
