function [J grad] = w56_ex4_slope_of_activation(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
Theta1 = reshape(nn_params(1:hidden_layer_size * (input_layer_size + 1)), hidden_layer_size, (input_layer_size + 1));
Theta2 = reshape(nn_params((1 + (hidden_layer_size * (input_layer_size + 1))):end), num_labels, (hidden_layer_size + 1));
m = size(X, 1); J = 0;
D1 = zeros(size(Theta1)); D2 = zeros(size(Theta2));
for i = 1:m
  a1 = [1; X(i,:)'];
  a2 = sigmoid(Theta1*a1);
  a3 = sigmoid(Theta2*[1; a2]);
  yi = zeros(num_labels,1); yi(y(i)) = 1;
  J = J + sum(-yi.*log(a3) - (1-yi).*log(1-a3))/m;
  d3 = a3 - yi;
  d2 = Theta2(:,2:end)'*d3 .* sigmoidGradient(a2);   % should be fine
  D1 = D1 + d2*a1';
  D2 = D2 + d3*[1; a2]';
end
J = J + lambda/2/m*(sum(sum(Theta1(:,2:end).^2)) + sum(sum(Theta2(:,2:end).^2)));
D1 = D1/m; D2 = D2/m;
D1(:,2:end) += lambda/m*Theta1(:,2:end);
D2(:,2:end) += lambda/m*Theta2(:,2:end);
grad = [D1(:); D2(:)];
end
function g = sigmoid(z)
g = 1./(1+exp(-z));
end
function g = sigmoidGradient(z)
g = sigmoid(z).*(1-sigmoid(z));
end
