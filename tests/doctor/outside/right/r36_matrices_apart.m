function [cost, dW1, db1, dW2, db2] = r36_matrices_apart(W1, b1, W2, b2, X, Y)
% softmax net, samples in columns: X (n, m), Y one-hot (k, m)
m = columns(X);
A1 = tanh(W1 * X + b1);
Z2 = W2 * A1 + b2;
Z2 = Z2 - max(Z2, [], 1);
P = exp(Z2) ./ sum(exp(Z2), 1);
cost = -sum(sum(Y .* log(P))) / m;
d2 = (P - Y) / m;
dW2 = d2 * A1';
db2 = sum(d2, 2);
d1 = (W2' * d2) .* (1 - A1 .^ 2);
dW1 = d1 * X';
db1 = sum(d1, 2);
end
