// What the kernels are asked to do: plain structures of pointers and sizes.
#pragma once

namespace clearprop {

// The widest vector of any instruction set, in bytes. Memory is laid out for it, so that one plan serves all.
constexpr long widest = 64;
// A panel of a packed matrix is 1 to 3 vectors wide: see kernels/product.hpp.
constexpr int max_vectors = 3;

// Elements of the gradient that a worker holds between the product and the update. With the parameters and
// two moments of the same stretch they take 4 x 8192 x 4 B = 128 KiB, an eighth of an L2 cache of 1 MiB.
constexpr long g_elements = 8192;
// Rows that one worker takes through all layers together. At 400 numbers a row in float64 they take
// 128 x 400 x 8 B = 400 KiB.
constexpr long chunk_rows = 128;
// The same for samples in lanes (kernels/narrow.hpp). It is the smallest number with which a group of work F
// is one chunk: its 10,000 rows are 625 vectors of 16 floats, and the largest of 16 groups has 40 of them,
// 640 rows. The 116 arrays of 4-32-16-4 then take 116 x 656 x 4 B = 297 KiB of a worker's L2 cache. No
// measurement of it is recorded; on a Zen 3, 192, 384, 640 and 1,280 differ by less than run-to-run noise.
constexpr long chunk_most = 640;

constexpr double leak = 0.01;  // leaky ReLU's slope below 0
enum class Activation : int { sigmoid, tanh, relu, identity, leaky_relu, silu };
enum class Cost : int { logistic, softmax, quadratic, squared, poisson, huber, quantile };
enum class Rule : int { store, sgd, momentum, nesterov, adam, adamw };

// How a job is computed: see choice.hpp.
enum class Kind {
    train,    // minibatch by minibatch; workers share the rows, then the stretches of the gradient
    few,      // minibatches of few rows; the first layer is cut into pieces
    grouped,  // large batches; each group of rows has its own gradient
    narrow,   // grouped, and samples lie in lanes
    predict,
};

// One layer of weights: the block at `offset` of theta, (inputs + 1, outputs), with the bias in row 0.
struct Layer {
    long inputs, outputs;
    long offset;
};

struct Net {
    const Layer* layers;
    long n_layers;  // of weights: L - 1
    long n_parameters;
    Activation activation;
    Cost cost;
    double regularization;    // lambda
    double threshold;         // huber
    const double* quantiles;  // quantile: the level of each output, up to whole vectors
};

// The rows of a job. Minibatch i is order[i * size : (i + 1) * size].
template <class T> struct Rows {
    const T* X;         // (count, s_1), `ldx` apart
    const T* Y;         // (count, K)
    const T* weight;    // (count,) or null
    const long* order;  // (count,) or null: as they stand
    long count, ldx;
    long size, first, last;  // minibatches `first` to `last` (excluded)
    double penalty_rows;     // the m of lambda/(2m); 0: the m of the mean
};

// Which hidden units stay: see kernels/dropout.hpp.
struct Dropout {
    unsigned seed_low, seed_high, epoch;
    unsigned stays_from;  // a unit stays if its number is at least this
    double kept;          // 1/(1 - rate), the mask of a unit that stays; 0: there is no dropout
    long place;           // of the job's first row in the epoch's order
};

// theta := rule(theta, D). Rule::store changes nothing and writes D to moments[0].
template <class T> struct Update {
    Rule rule;
    const T* theta;        // (n_parameters,)
    T* writable_theta;     // the same array; null with Rule::store and in predictions
    T* moments[2];         // velocity; or first and second moment; null where the rule has none
    double a, b, epsilon;  // momentum; or beta_1, beta_2, epsilon
    double weight_decay;   // adamw
    double clip_norm;      // the largest norm of D; 0: any
    const double* rates;   // (last - first,); null with Rule::store
    long step;             // updates made before
};

// Activations and deltas of `rows` rows: the memory of one worker, or of all of them together.
template <class T> struct Space {
    long rows;
    const T** x;  // (rows,): rows of X where they lie
    T** a;        // n_layers + 1: a[l] is (rows, ld[l]); a[0] is null (narrow: columns of X)
    T** d;        // n_layers + 1: d[l] is delta of layer l, (rows, ld[l]); d[0] is null
    T** slopes;   // laid out like d: M .* g'(z) of the hidden layers; null: g' follows from a
    const long* ld;
    T* y;  // (rows, ld[n_layers])
};

// Kind::few: see kernels/few.hpp and kernels/ink.hpp.
constexpr long few_most = 32;     // the most rows of a minibatch: a float's lane has a bit for each
constexpr long few_outputs = 16;  // the fewest outputs of the first layer: the widest vector of floats
constexpr long few_unit = 32;     // after so many minibatches theta is multiplied by its common factor
static_assert(few_outputs * long(sizeof(float)) == widest);
struct Run {
    long from, to;  // columns of X
};
// An unsigned number as wide as T: masks of lanes of T have this type.
template <class T> struct Bit { using type = unsigned; };
template <> struct Bit<double> { using type = unsigned long long; };
template <class T> using BitOf = typename Bit<T>::type;
static_assert(few_most <= 8 * long(sizeof(BitOf<float>)));
// Where the rows of a minibatch are not 0.
template <class T> struct Ink {
    BitOf<T>* rows;  // (s_1,): the rows that are not 0 in a column, as bits
    int* columns;    // (few_most, ld): the columns that are not 0 in a row
    long* counts;    // (few_most,): how many they are
    long ld;
};
template <class T> struct Few {
    long pieces;      // of the first layer's weights
    long unit;        // minibatches for which `scale` may be apart from theta
    Ink<T> ink;       // columns and counts of one piece after another
    bool* dense;      // (pieces,): a piece has so much ink that tiles multiply it
    double* squares;  // (pieces,): sum of squares of each piece's weights, before the step
    T* x;             // (pieces, rows, ldx): a dense piece's columns of the minibatch's rows
    T* shares;        // (pieces, rows, ld[1]): each piece's share of z
    T* bias;          // the first layer's, up to whole vectors
    long ldx, x_stride, share_stride;
    double scale;  // of the first layer's weights
};

// What one worker has for itself.
template <class T> struct Own {
    T* g;            // a stretch of the gradient: see g_elements
    T* bias;         // a row of any layer, up to whole vectors
    T* turned;       // half a vector's worth of columns of the gradient, as rows
    T* panels;       // few: the weights of a piece, packed
    T* sums;         // narrow: a vector of partial sums for every parameter
    Space<T> space;  // grouped, narrow, predict: for the rows that this worker takes through all layers
};

// The workers of a job. for_each calls task(job, unit, worker) once for every unit, in any order, and returns
// when all are done. Which worker takes which unit must not change the results.
class Crew;
using Task = void (*)(void* job, long unit, int worker);
void for_each(Crew& crew, long units, Task task, void* job);

template <class T> struct Job {
    Kind kind;
    Crew* crew;
    int workers;
    Net net;
    Rows<T> rows;
    Update<T> update;
    Dropout dropout;
    bool packs;      // theta is newer than the copies of the weights, or there are none yet
    bool few_rows;   // predict: too few rows for a copy of the weights to pay
    bool logits;     // predict: z^(L) and not h
    T** packed;      // (n_layers,): each layer's weights for the forward pass; null: theta's block serves
    T** transposed;  // (n_layers,): and for the backward pass; null for the first layer
    Space<T> shared;
    Few<T> few;
    Own<T>* own;        // one for each worker
    double* row_costs;  // (a batch,): cost of each row, weighted; narrow: of each group
    double* squares;    // sum of squares of each row of weights, one layer after another
    long groups;        // of rows, with a gradient each; 0 where the rows are not grouped
    long group_stride;  // from one group's gradient to the next
    long group_gap;     // between the layers of one
    T* gradient;        // (groups, group_stride)
    T* whole_gradient;  // (n_parameters,): D before its norm is known; null where it is not clipped
    double* norms;      // sum of squares of D, for each bias and each row of weights
    T* out;             // predict: (count, K)
    // results
    double total;  // the sum of J times the minibatch's rows, added to what stands there
    double rows_seen;
    long steps;
};

}  // namespace clearprop
