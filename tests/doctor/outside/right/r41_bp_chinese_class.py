# -*- coding: utf-8 -*-
"""
BP神经网络，识别手写数字（作业三）
输入层 -> 隐层(sigmoid) -> 输出层(sigmoid)
"""
import numpy as np
import matplotlib
import matplotlib.pyplot as plt
plt.rcParams['font.sans-serif'] = ['SimHei']   # 显示中文


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


class BP:
    def __init__(self, n_input, n_hidden, n_output):
        # 初始化权重和偏置
        self.w1 = np.random.randn(n_hidden, n_input)
        self.b1 = np.zeros((n_hidden, 1))
        self.w2 = np.random.randn(n_output, n_hidden)
        self.b2 = np.zeros((n_output, 1))

    def forward(self, x):
        self.a1 = sigmoid(np.dot(self.w1, x) + self.b1)
        self.a2 = sigmoid(np.dot(self.w2, self.a1) + self.b2)
        return self.a2

    def loss(self, x, y):
        # 均方误差
        return np.sum((self.forward(x) - y) ** 2) / (2 * x.shape[1])

    def backward(self, x, y):
        m = x.shape[1]                       # 样本数
        self.forward(x)
        delta2 = (self.a2 - y) * self.a2 * (1 - self.a2)          # 输出层误差
        delta1 = np.dot(self.w2.T, delta2) * self.a1 * (1 - self.a1)   # 隐层误差
        self.dw2 = np.dot(delta2, self.a1.T) / m
        self.db2 = np.sum(delta2, axis=1, keepdims=True) / m
        self.dw1 = np.dot(delta1, x.T) / m
        self.db1 = np.sum(delta1, axis=1, keepdims=True) / m

    def update(self, lr):
        self.w1 -= lr * self.dw1
        self.b1 -= lr * self.db1
        self.w2 -= lr * self.dw2
        self.b2 -= lr * self.db2
