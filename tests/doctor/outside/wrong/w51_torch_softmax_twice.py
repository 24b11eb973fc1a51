import torch
import torch.nn as nn

class MnistNet(nn.Module):
    def __init__(self, inputs=4, hidden=5, classes=3):
        super(MnistNet, self).__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, classes)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        x = torch.relu(self.hidden(x))
        return self.softmax(self.output(x))

criterion = nn.CrossEntropyLoss()

def train_step(model, images, labels):
    output = model(images)
    loss = criterion(output, labels)
    loss.backward()
    return loss
