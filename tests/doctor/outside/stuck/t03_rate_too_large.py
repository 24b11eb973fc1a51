import numpy as np

# area in square metres, rooms -> price. J becomes inf :(
def gradientDescent(X, y, theta, alpha=0.5, num_iters=200):
    m = len(y)
    Xb = np.hstack([np.ones((m, 1)), X])
    J_history = []
    for it in range(num_iters):
        h = Xb @ theta
        J_history.append(np.sum((h - y) ** 2) / (2 * m))
        theta = theta - alpha / m * Xb.T @ (h - y)
    print(J_history[:5])
    return theta, J_history

X_train = np.array([[45., 1], [60, 2], [75, 3], [90, 3], [120, 4], [150, 5]])
y_train = np.array([90., 125, 160, 185, 240, 310])
