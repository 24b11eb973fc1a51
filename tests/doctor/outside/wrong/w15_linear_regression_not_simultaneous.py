import numpy as np

# gradient descent for the house prices, hypothesis = w*x + b
def gradient_descent(x, y, w, b, alpha, num_iters):
    m = len(x)
    for i in range(num_iters):
        b = b - alpha / m * np.sum(w * x + b - y)
        w = w - alpha / m * np.sum((w * x + b - y) * x)
    return w, b

def compute_cost(x, y, w, b):
    return np.sum((w * x + b - y) ** 2) / (2 * len(x))

if __name__ == "__main__":
    areas = np.array([1.0, 2.0, 3.0, 4.5])
    prices = np.array([2.1, 3.9, 6.2, 8.8])
    print(gradient_descent(areas, prices, 0., 0., 0.05, 500))
