function [J grad] = w55_ex4_bias_in_cost_only(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
  Theta1 = reshape(nn_params(1:hidden_layer_size * (input_layer_size + 1)), hidden_layer_size, (input_layer_size + 1));
  Theta2 = reshape(nn_params((1 + (hidden_layer_size * (input_layer_size + 1))):end), num_labels, (hidden_layer_size + 1));
  m = size(X, 1);
  X = [ones(m, 1) X];
  Y = (y == 1:num_labels);
  A2 = [ones(m, 1) sigmoid(X * Theta1')];
  H = sigmoid(A2 * Theta2');
  J = -1/m * sum(sum(Y .* log(H) + (1 - Y) .* log(1 - H)));
  J += lambda / (2*m) * (sum(sum(Theta1 .^ 2)) + sum(sum(Theta2 .^ 2)));
  D3 = H - Y;
  D2 = (D3 * Theta2) .* A2 .* (1 - A2);
  D2 = D2(:, 2:end);
  Theta1_grad = D2' * X / m;
  Theta2_grad = D3' * A2 / m;
  Theta1(:, 1) = 0;
  Theta2(:, 1) = 0;
  Theta1_grad += lambda / m * Theta1;
  Theta2_grad += lambda / m * Theta2;
  grad = [Theta1_grad(:); Theta2_grad(:)];
end
function g = sigmoid(z)
  g = 1 ./ (1 + exp(-z));
end
