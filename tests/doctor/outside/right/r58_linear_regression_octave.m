function [J, grad] = r58_linear_regression_octave(X, y, theta, lambda)
%LINEARREGCOSTFUNCTION regularized linear regression (ex5), X without ones
m = length(y);
Xb = [ones(m, 1) X];
h = Xb * theta;
t = theta;
t(1) = 0;
J = sum((h - y) .^ 2) / (2 * m) + lambda / (2 * m) * sum(t .^ 2);
grad = (Xb' * (h - y)) / m + lambda / m * t;
grad = grad(:);
end
