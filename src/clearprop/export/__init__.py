"""A model as a file for another program: ONNX, a C file, a page; compared before it is written."""
