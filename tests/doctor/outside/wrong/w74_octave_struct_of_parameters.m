function [cost, grads] = w74_octave_struct_of_parameters(params, X, Y)
% params.W1 (h, n), params.b1 (h, 1), params.W2 (k, h), params.b2 (k, 1); columns are samples
m = size(X, 2);
A1 = 1 ./ (1 + exp(-(params.W1 * X + params.b1)));
A2 = 1 ./ (1 + exp(-(params.W2 * A1 + params.b2)));
cost = -sum(sum(Y .* log(A2) + (1 - Y) .* log(1 - A2))) / m;
dZ2 = A2 - Y;
grads.dW2 = dZ2 * A1' / m;
grads.db2 = sum(dZ2, 2) / m;
dZ1 = (params.W2' * dZ2) .* A1;
grads.dW1 = dZ1 * X' / m;
grads.db1 = sum(dZ1, 2) / m;
end
