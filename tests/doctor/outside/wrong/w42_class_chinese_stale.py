# -*- coding: utf-8 -*-
# 手写BP神经网络（三层），参考了《机器学习》西瓜书第五章
import numpy as np


class BPNetwork:
    def __init__(self, 输入数, 隐层数, 输出数, 学习率=0.1):
        self.v = np.random.rand(输入数, 隐层数)      # 输入层到隐层
        self.gamma = np.random.rand(隐层数)          # 隐层阈值
        self.w = np.random.rand(隐层数, 输出数)      # 隐层到输出层
        self.theta = np.random.rand(输出数)          # 输出层阈值
        self.eta = 学习率

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def 前向(self, x):
        self.b = self.sigmoid(x @ self.v - self.gamma)
        self.y = self.sigmoid(self.b @ self.w - self.theta)
        return self.y

    def train_one(self, x, t):
        """标准BP，一次一个样本"""
        self.前向(x)
        g = self.y * (1 - self.y) * (t - self.y)
        # 先更新输出层
        self.w += self.eta * np.outer(self.b, g)
        self.theta += -self.eta * g
        # 再算隐层的梯度
        e = self.b * (1 - self.b) * (self.w @ g)
        self.v += self.eta * np.outer(x, e)
        self.gamma += -self.eta * e
        return 0.5 * np.sum((self.y - t) ** 2)
