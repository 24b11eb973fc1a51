import numpy as np

def mse_loss_grad(x_batch, y_true, W1, B1, W2, B2):
    """ MSE like keras: mean over batch AND outputs. hidden: tanh """
    H = np.tanh(np.matmul(x_batch, W1) + B1)
    y_pred = np.matmul(H, W2) + B2
    loss = np.mean(np.square(y_pred - y_true))
    dY = 2.0 * (y_pred - y_true) / y_true.size
    gW2 = np.matmul(H.T, dY)
    gB2 = np.sum(dY, 0)
    dH = np.matmul(dY, W2.T) * (1.0 - np.square(H))
    gW1 = np.matmul(x_batch.T, dH)
    gB1 = np.sum(dH, 0)
    return (gW1, gB1, gW2, gB2), loss
