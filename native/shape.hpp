// A network as its callers tell it: sizes, numbers of an activation and a cost.
#pragma once

#include <utility>
#include <vector>

#include "job.hpp"

namespace clearprop {

// Owns what a Net points to.
struct Shape {
    std::vector<Layer> layers;
    std::vector<double> quantiles;
    Net net;
    Shape(const std::vector<long>& sizes, int activation, int cost, double regularization, double threshold,
          std::vector<double> levels)
        : quantiles(std::move(levels)) {
        long offset = 0;
        for (size_t l = 0; l + 1 < sizes.size(); ++l) {
            layers.push_back({sizes[l], sizes[l + 1], offset});
            offset += (sizes[l] + 1) * sizes[l + 1];
        }
        net.layers = layers.data();
        net.n_layers = long(layers.size());
        net.n_parameters = offset;
        net.activation = Activation(activation);
        net.cost = Cost(cost);
        net.regularization = regularization;
        net.threshold = threshold;
        constexpr size_t lanes = widest / sizeof(float);
        quantiles.resize((quantiles.size() + lanes - 1) / lanes * lanes);
        net.quantiles = quantiles.empty() ? nullptr : quantiles.data();
    }
    Shape(const Shape& other) : layers(other.layers), quantiles(other.quantiles), net(other.net) {
        net.layers = layers.data();
        net.quantiles = quantiles.empty() ? nullptr : quantiles.data();
    }
};

}  // namespace clearprop
