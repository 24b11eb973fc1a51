import torch
import torch.nn.functional as F
from torch import nn

class Regressor(nn.Module):
    def __init__(self, n_features=4, n_hidden=5):
        super().__init__()
        self.l1 = nn.Linear(n_features, n_hidden)
        self.l2 = nn.Linear(n_hidden, 1)

    def forward(self, x):
        h = torch.tanh(self.l1(x)).detach().numpy()
        h = torch.tensor(h)                       # clip by hand
        return self.l2(h)

def compute_loss(model, xb, yb):
    return F.mse_loss(model(xb).squeeze(1), yb)
