import torch
from torch import nn

class Classifier(nn.Module):
    def __init__(self, in_features=4, hidden=5, classes=3):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden),
            nn.ReLU(),
            nn.Linear(hidden, classes),
        )

    def forward(self, x):
        return self.net(x)

criterion = nn.CrossEntropyLoss()

def training_step(model, xb, yb):
    loss = criterion(model(xb), yb)
    model.zero_grad()
    loss.backward()
    return loss
