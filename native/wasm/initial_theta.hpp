// Initial values of theta: the rules and the numbers of network/parameters.py.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "../job.hpp"
#include "numpy_random.hpp"

namespace clearprop {

enum class Init : int { uniform, scikit_learn, glorot, he, nielsen, zeros, number };

// One number of the block after another, as NumPy fills an array.
class Block {
   public:
    Block(Generator& generator, const Layer& layer, double* theta)
        : generator_(generator), bias_(theta + layer.offset), weights_(bias_ + layer.outputs),
          end_(weights_ + layer.inputs * layer.outputs) {}
    void uniform_bias(double e) { uniform(bias_, weights_, e); }
    void uniform_weights(double e) { uniform(weights_, end_, e); }
    void normal_bias(double deviation) { normal(bias_, weights_, deviation); }
    void normal_weights(double deviation) { normal(weights_, end_, deviation); }

   private:
    void uniform(double* from, const double* to, double e) {
        while (from < to) *from++ = generator_.uniform(-e, e);
    }
    void normal(double* from, const double* to, double deviation) {
        while (from < to) *from++ = generator_.normal(0, deviation);
    }
    Generator& generator_;
    double *bias_, *weights_, *end_;
};

// theta is zero when it comes in. `e` is for Init::number alone: uniform in [-e, e].
inline void initial_theta(const Net& net, std::uint64_t seed, Init init, double e, double* theta) {
    std::vector<std::uint32_t> entropy;
    add_entropy(entropy, seed);
    Generator generator(entropy);
    for (long l = 0; l < net.n_layers; ++l) {
        const Layer& layer = net.layers[l];
        const double in = double(layer.inputs), both = in + double(layer.outputs);
        Block block(generator, layer, theta);
        switch (init) {
            case Init::uniform: e = std::sqrt(6 / both); [[fallthrough]];
            case Init::number:
                block.uniform_bias(e);
                block.uniform_weights(e);
                break;
            case Init::scikit_learn:
                e = std::sqrt((net.activation == Activation::sigmoid ? 2 : 6) / both);
                block.uniform_weights(e);
                block.uniform_bias(e);
                break;
            case Init::glorot: block.uniform_weights(std::sqrt(6 / both)); break;
            case Init::he: block.normal_weights(std::sqrt(2 / in)); break;
            case Init::nielsen:
                block.normal_weights(1 / std::sqrt(in));
                block.normal_bias(1);
                break;
            case Init::zeros: break;
        }
    }
}

}  // namespace clearprop
