function [J grad] = r35_nnCostFunctionLoop(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
Theta1 = reshape(nn_params(1:hidden_layer_size * (input_layer_size + 1)), hidden_layer_size, (input_layer_size + 1));
Theta2 = reshape(nn_params((1 + (hidden_layer_size * (input_layer_size + 1))):end), num_labels, (hidden_layer_size + 1));
m = size(X, 1);
J = 0;
Theta1_grad = zeros(size(Theta1));
Theta2_grad = zeros(size(Theta2));
for t = 1:m
    a1 = [1 X(t,:)]';
    z2 = Theta1*a1;
    a2 = [1; sig(z2)];
    a3 = sig(Theta2*a2);
    yv = zeros(num_labels, 1);
    yv(y(t)) = 1;
    J = J - (yv'*log(a3) + (1 - yv)'*log(1 - a3));
    delta3 = a3 - yv;
    delta2 = Theta2'*delta3;
    delta2 = delta2(2:end) .* sig(z2) .* (1 - sig(z2));
    Theta2_grad = Theta2_grad + delta3*a2';
    Theta1_grad = Theta1_grad + delta2*a1';
end
J = J/m + lambda/(2*m)*(sum(Theta1(:,2:end)(:).^2) + sum(Theta2(:,2:end)(:).^2));
Theta1_grad = Theta1_grad/m;
Theta2_grad = Theta2_grad/m;
Theta1_grad(:,2:end) = Theta1_grad(:,2:end) + lambda/m*Theta1(:,2:end);
Theta2_grad(:,2:end) = Theta2_grad(:,2:end) + lambda/m*Theta2(:,2:end);
grad = [Theta1_grad(:); Theta2_grad(:)];
endfunction

function s = sig(z)
s = 1./(1+exp(-z));
endfunction
