// What the kernels are asked to do: plain structures of pointers and sizes.
#pragma once

namespace clearprop {

// Elements of the gradient that a worker holds between the product and the update: with the
// parameters and two moments of the same stretch 4 x 8192 x 4 B = 128 KiB, an eighth of an L2 cache.
constexpr long g_elements = 8192;
// Rows that go through all layers together where rows are shared: 128 x 400 x 8 B = 400 KiB.
constexpr long chunk_rows = 128;
// And where they lie in lanes: see narrow.hpp.
constexpr long chunk_most = 640;

enum class Activation : int { sigmoid, tanh, relu, identity };
enum class Cost : int { logistic, softmax, quadratic, squared, poisson };
enum class Rule : int { store, sgd, momentum, nesterov, adam };

// One layer of weights: block `offset` of theta, (inputs + 1, outputs) with the bias in row 0.
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
    double regularization;  // lambda
};

// The rows that a job is about: minibatch i is order[i * size : (i + 1) * size].
template <class T> struct Rows {
    const T* X;         // (count, s_1), `ldx` apart
    const T* Y;         // (count, K)
    const T* weight;    // (count,) or null
    const long* order;  // (count,) or null: as they stand
    long count, ldx;
    long size, first, last;
    double penalty_rows;  // the m of lambda/(2m); 0: the m of the mean
};

// theta := rule(theta, D); with Rule::store nothing moves, and D goes to moments[0].
template <class T> struct Update {
    Rule rule;
    T* theta;              // (n_parameters,)
    T* moments[2];         // velocity; or first and second moment
    double a, b, epsilon;  // momentum; or beta_1, beta_2, epsilon
    const double* rates;   // (last - first,)
    long step;             // updates made before
};

// Memory of one worker, or of all of them together: activations and deltas of `rows` rows.
template <class T> struct Space {
    long rows;
    const T** x;  // (rows,): rows of X where they lie
    T** a;        // n_layers + 1: a[l] is (rows, ld[l]); a[0] is null (narrow: holds rows of X, turned)
    T** d;        // n_layers + 1: d[l] is delta of layer l, (rows, ld[l]); d[0] is null
    const long* ld;
    T* y;  // (rows, ld[n_layers])
};

// Minibatches of at most few_most rows on a wide first layer, which is cut into pieces: see few.hpp.
constexpr long few_most = 32;
constexpr long few_outputs = 16;  // of the first layer at least: a vector of the widest set, see ink.hpp
constexpr long few_unit = 32;     // minibatches for which a factor of theta is kept apart
struct Run {
    long from, to;  // columns of X
};
// As wide as T: what tells rows by bits stands in lanes beside it.
template <class T> struct Bit { using type = unsigned; };
template <> struct Bit<double> { using type = unsigned long long; };
template <class T> using BitOf = typename Bit<T>::type;
// Where the rows of a minibatch are not 0.
template <class T> struct Ink {
    BitOf<T>* rows;  // (s_1,): the rows that are not 0 in a column, as bits
    int* columns;    // (few_most, ld): the columns that are not 0 in a row
    long* counts;    // (few_most,): how many they are
    long ld;
};
template <class T> struct Few {
    long pieces;      // 0: the job is of another kind
    long unit;        // minibatches for which `scale` may be apart from theta: jobs begin at multiples
    Ink<T> ink;       // columns and counts of all pieces after one another
    bool* dense;      // (pieces,): so much ink that the product is one of tiles
    double* squares;  // (pieces,): sum of squares of each piece's weights as they stand, before the step
    T* x;             // (pieces, rows, ldx): a dense piece's columns of the minibatch's rows
    T* shares;        // (pieces, rows, ld[1]): each piece's share of z
    T* bias;          // the first layer's, up to whole vectors
    long ldx, x_stride, share_stride;
    double scale;  // of the first layer's weights: see few.hpp
};

// What one worker has for itself.
template <class T> struct Own {
    T* g;            // a stretch of the gradient: see g_elements
    T* bias;         // a row of any layer, up to whole vectors
    T* turned;       // half a vector's worth of columns of the gradient, as rows
    T* panels;       // few: the weights of a piece, packed
    T* sums;         // narrow: a vector of partial sums for every parameter
    Space<T> space;  // for jobs whose workers take rows of their own
};

// Those who compute together. for_each calls task(job, unit, worker) once for every unit, in any order,
// and returns when all are done; which worker takes which unit must not change the results.
class Crew;
using Task = void (*)(void* job, long unit, int worker);
void for_each(Crew& crew, long units, Task task, void* job);

template <class T> struct Job {
    Crew* crew;
    int workers;
    Net net;
    Rows<T> rows;
    Update<T> update;
    bool few_rows;   // predict: too few for a copy of the weights to pay
    T** packed;      // (n_layers,): each layer's weights as the forward pass reads them
    T** transposed;  // (n_layers,): and the backward pass; null for the first layer
    Space<T> shared;
    Few<T> few;
    Own<T>* own;        // one for each worker
    double* row_costs;  // (a batch,): cost of each row, weighted; narrow: of each group
    double* squares;    // sum of squares of each row of weights, all layers after one another
    long groups, group_stride, group_gap;  // of gradients; between their layers
    T* gradient;                           // (groups, group_stride)
    T* out;                                // predict: (count, K)
    // results
    double total;  // sum of J times the minibatch's rows, added to what stands there
    double rows_seen;
    long steps;
};

// What each instruction set offers.
template <class T> struct Kernels {
    void (*train)(Job<T>&);    // minibatch by minibatch, the gradient shared by stretches
    void (*few)(Job<T>&);      // small minibatches, the first layer in pieces
    void (*grouped)(Job<T>&);  // large batches of narrow networks, rows shared by groups
    void (*narrow)(Job<T>&);   // and of narrow layers: samples in lanes
    void (*predict)(Job<T>&);
    bool (*is_packed)(const Layer&);  // theta's block is what the product reads
    void (*elementary)(int function, const T* from, T* to, long n);  // for the tests of error bounds
};
template <class T> const Kernels<T>& kernels();
const char* instruction_set();

}  // namespace clearprop
