function [J, grad] = r19_costFunctionReg(theta, X, y, lambda)
% logistic regression; X without the column of ones
m = length(y);
X = [ones(m, 1) X];
h = 1 ./ (1 + exp(-X * theta));
reg = [0; theta(2:end)];
J = (-y' * log(h) - (1 - y)' * log(1 - h)) / m + lambda / (2 * m) * (reg' * reg);
grad = X' * (h - y) / m + lambda / m * reg;
end
