function [J grad] = w19_ex4_theta2_not_divided(nn_params, input_layer_size, hidden_layer_size, ...
                                   num_labels, X, y, lambda)
% NNCOSTFUNCTION for a two layer network, my solution

Theta1 = reshape(nn_params(1:hidden_layer_size * (input_layer_size + 1)), ...
                 hidden_layer_size, (input_layer_size + 1));
Theta2 = reshape(nn_params((1 + (hidden_layer_size * (input_layer_size + 1))):end), ...
                 num_labels, (hidden_layer_size + 1));
m = size(X, 1);

a1 = [ones(m,1) X];
z2 = a1*Theta1';
a2 = [ones(m,1) sigmoid(z2)];
a3 = sigmoid(a2*Theta2');

yVec = zeros(m, num_labels);
for i = 1:m
  yVec(i, y(i)) = 1;
end

J = (1/m)*sum(sum(-yVec.*log(a3) - (1-yVec).*log(1-a3)));
J = J + lambda/(2*m)*(sum(sum(Theta1(:,2:end).^2)) + sum(sum(Theta2(:,2:end).^2)));

d3 = a3 - yVec;
d2 = d3*Theta2(:,2:end) .* sigmoid(z2).*(1-sigmoid(z2));

Theta1_grad = (1/m)*(d2'*a1);
Theta2_grad = d3'*a2;
Theta1_grad(:,2:end) = Theta1_grad(:,2:end) + lambda/m*Theta1(:,2:end);
Theta2_grad(:,2:end) = Theta2_grad(:,2:end) + lambda/m*Theta2(:,2:end);

grad = [Theta1_grad(:) ; Theta2_grad(:)];
end

function g = sigmoid(z)
g = 1.0 ./ (1.0 + exp(-z));
end
