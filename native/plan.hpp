// Lays out a job's memory: which arrays each kind of job needs, and how large they are.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "arena.hpp"
#include "job.hpp"
#include "kernels.hpp"

namespace clearprop {

// Numbers of the widest panel: a product may write that far past a row's end.
template <class T> constexpr long slack = max_vectors* widest / long(sizeof(T));

// n, rounded up to whole vectors of the widest set.
template <class T> long whole(long n) {
    constexpr long lanes = widest / long(sizeof(T));
    return (n + lanes - 1) / lanes * lanes;
}

// The stride of rows of n numbers: whole vectors, but no multiple of 512 bytes. Rows that far apart would
// share a few sets of the L1 cache.
template <class T> long stride_of(long n) {
    constexpr long lanes = widest / long(sizeof(T));
    const long stride = whole<T>(n);
    return stride * long(sizeof(T)) % 512 == 0 ? stride + lanes : stride;
}

// Fills in the job's pointers and strides, and owns what they point to. There is memory for `workers`
// workers; fewer may come.
template <class T> class Plan {
   public:
    Plan(Job<T>& job, int workers) : job_(job), own_(size_t(workers)) {
        const Net& net = job.net;
        strides_.push_back(0);
        for (long l = 0; l < net.n_layers; ++l) {
            const Layer& layer = net.layers[l];
            strides_.push_back(stride_of<T>(layer.outputs));
            inputs_ += layer.inputs;
            most_inputs_ = std::max(most_inputs_, layer.inputs);
            most_outputs_ = std::max(most_outputs_, layer.outputs);
        }
        if (job.kind == Kind::narrow) std::fill(strides_.begin(), strides_.end(), stride_of<T>(chunk_most));
        lay_out();
        arena_.allocate();
        lay_out();
        job.own = own_.data();
    }
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

   private:
    void lay_out() {
        pointers_.clear();
        switch (job_.kind) {
            case Kind::train:
                lay_out_weights();
                job_.shared = space(job_.rows.size, true);
                lay_out_workers(0);
                lay_out_costs(job_.rows.size);
                break;
            case Kind::few:
                lay_out_weights();
                lay_out_few();
                lay_out_workers(piece_rows() * whole<T>(job_.net.layers[0].outputs));
                lay_out_costs(job_.rows.size);
                break;
            case Kind::grouped:
                lay_out_weights();
                lay_out_workers(0);
                for (Own<T>& own : own_) own.space = space(chunk_rows, true);
                lay_out_costs(job_.rows.size);
                lay_out_groups(slack<T>);
                break;
            case Kind::narrow:
                for (Own<T>& own : own_) lay_out_narrow(own);
                lay_out_costs(job_.groups);
                lay_out_groups(0);
                break;
            case Kind::predict:
                lay_out_weights();
                lay_out_workers(0);
                for (Own<T>& own : own_) own.space = space(chunk_rows, false);
                break;
        }
    }

    T** pointers(long n) {
        pointers_.push_back(std::make_unique<T*[]>(size_t(n)));
        return pointers_.back().get();
    }
    Space<T> space(long rows, bool deltas) {
        const long layers = job_.net.n_layers + 1;
        T** const both = pointers(2 * layers);
        Space<T> s{rows, arena_.take<const T*>(rows), both, both + layers, nullptr, strides_.data(), nullptr};
        for (long l = 1; l < layers; ++l) {
            s.a[l] = arena_.take<T>(rows * strides_[size_t(l)]);
            if (deltas) s.d[l] = arena_.take<T>(rows * strides_[size_t(l)]);
        }
        if (deltas && slopes_are_kept()) {
            s.slopes = pointers(layers);
            for (long l = 1; l + 1 < layers; ++l) s.slopes[l] = arena_.take<T>(rows * strides_[size_t(l)]);
        }
        if (deltas) s.y = arena_.take<T>(rows * strides_.back());
        return s;
    }

    // SiLU's slope does not follow from a, and neither does one under dropout. So the forward pass keeps it.
    bool slopes_are_kept() const { return job_.net.activation == Activation::silu || job_.dropout.kept != 0; }

    // Copies of the weights: up to whole vectors in both directions. Few: the first layer's are not copied.
    void lay_out_weights() {
        const Net& net = job_.net;
        T** const both = pointers(2 * net.n_layers);
        job_.packed = both;
        job_.transposed = both + net.n_layers;
        for (long l = 0; l < net.n_layers; ++l) {
            const Layer& layer = net.layers[l];
            const bool in_pieces = l == 0 && job_.kind == Kind::few;
            if (!kernels<T>().is_packed(layer) && !in_pieces)
                job_.packed[l] = arena_.take<T>((layer.inputs + 1) * whole<T>(layer.outputs));
            if (l > 0 && job_.kind != Kind::predict)
                job_.transposed[l] = arena_.take<T>(whole<T>(layer.inputs) * layer.outputs);
        }
    }

    // `piece`: numbers of the largest piece of the first layer's weights, packed.
    void lay_out_workers(long piece) {
        const long stretch = std::max(g_elements, 16 * most_outputs_);
        for (Own<T>& own : own_) {
            own.g = arena_.take<T>(std::max(stretch, piece) + slack<T>);
            own.turned = arena_.take<T>(widest / 2 / long(sizeof(T)) * whole<T>(most_inputs_));
            own.panels = arena_.take<T>(piece + slack<T>);
            own.bias = arena_.take<T>(most_outputs_ + slack<T>);
        }
    }

    void lay_out_costs(long costs) {
        job_.row_costs = arena_.take<double>(costs);
        job_.squares = arena_.take<double>(inputs_);
        if (job_.update.clip_norm == 0) return;
        job_.whole_gradient = arena_.take<T>(job_.net.n_parameters);
        job_.norms = arena_.take<double>(inputs_ + job_.net.n_layers);
    }

    // `gap`: numbers that may be written past the end of a layer's gradient.
    void lay_out_groups(long gap) {
        const Net& net = job_.net;
        job_.group_gap = gap;
        job_.group_stride = (net.n_parameters + net.n_layers * gap + 31) / 32 * 32;
        job_.gradient = arena_.take<T>(job_.groups * job_.group_stride);
    }

    // Arrays of (units, samples). Above the activations of each layer stands a row of ones.
    void lay_out_narrow(Own<T>& own) {
        const Net& net = job_.net;
        const long layers = net.n_layers + 1, ld = strides_[0];
        T** const both = pointers(2 * layers);
        own.space = {chunk_most, nullptr, both, both + layers, nullptr, strides_.data(), nullptr};
        if (slopes_are_kept()) own.space.slopes = pointers(layers);
        for (long l = 0; l < layers; ++l) {
            const long units = l ? net.layers[l - 1].outputs : net.layers[0].inputs;
            own.space.a[l] = arena_.take<T>((units + 1) * ld);
            if (l) own.space.d[l] = arena_.take<T>(units * ld);
            if (l && l + 1 < layers && own.space.slopes) own.space.slopes[l] = arena_.take<T>(units * ld);
        }
        own.space.y = arena_.take<T>(net.layers[net.n_layers - 1].outputs * ld);
        own.sums = arena_.take<T>(whole<T>(net.n_parameters) * widest / long(sizeof(T)));
        own.g = arena_.take<T>(g_elements + 16 * most_outputs_);
        own.bias = arena_.take<T>(most_outputs_);
    }

    // There are eight pieces for every number of workers, so z is always the same sum. 6, 8 and 12 pieces
    // differ by less than run-to-run noise.
    static constexpr long pieces = 8;
    // Rows of the largest piece: see piece() in kernels/few.hpp.
    long piece_rows() const { return (job_.net.layers[0].inputs + 15) / 16 / pieces * 16 + 16; }
    void lay_out_few() {
        Few<T>& few = job_.few;
        const long rows = job_.rows.size;
        few.pieces = pieces;
        few.ink.ld = piece_rows() + widest / long(sizeof(int));
        few.ink.rows = arena_.take<BitOf<T>>(job_.net.layers[0].inputs);
        few.ink.columns = arena_.take<int>(pieces * few_most * few.ink.ld);
        few.ink.counts = arena_.take<long>(pieces * few_most);
        few.dense = arena_.take<bool>(pieces);
        few.squares = arena_.take<double>(pieces);
        few.ldx = stride_of<T>(piece_rows()) + slack<T>;
        few.x_stride = rows * few.ldx;
        few.x = arena_.take<T>(pieces * few.x_stride);
        few.share_stride = rows * strides_[1];
        few.shares = arena_.take<T>(pieces * few.share_stride);
        few.bias = arena_.take<T>(whole<T>(job_.net.layers[0].outputs));
        job_.shared = space(rows, true);
    }

    Job<T>& job_;
    long inputs_ = 0, most_inputs_ = 0, most_outputs_ = 0;
    std::vector<long> strides_;
    std::vector<Own<T>> own_;
    std::vector<std::unique_ptr<T*[]>> pointers_;
    Arena arena_;
};

}  // namespace clearprop
