function [J, dW1, db1, dW2, db2] = w57_octave_tanh_slope_of_z(W1, b1, W2, b2, X, Y)
% one hidden layer (tanh), logistic output. examples are columns
m = size(X, 2);
z1 = W1*X + b1;
a1 = tanh(z1);
z2 = W2*a1 + b2;
a2 = 1./(1+exp(-z2));
J = -sum(sum(Y.*log(a2) + (1-Y).*log(1-a2)))/m;
dz2 = (a2 - Y)/m;
dW2 = dz2*a1';
db2 = sum(dz2, 2);
dz1 = (W2'*dz2).*(1 - z1.^2);
dW1 = dz1*X';
db1 = sum(dz1, 2);
end
