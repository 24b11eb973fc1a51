// What Python calls. Beside python_lock.cpp this is the only file that knows Python; engines/native.py and
// the room serve have checked all sizes.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "answer.hpp"
#include "kernels.hpp"
#include "lines.hpp"
#include "python_lock.hpp"
#include "session.hpp"
#include "shape.hpp"
#include "team.hpp"

namespace nb = nanobind;

namespace clearprop {
namespace {

template <class T> using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
template <class T> using InRows = nb::ndarray<const T, nb::ndim<2>, nb::device::cpu>;  // rows contiguous
template <class T> using Out = nb::ndarray<T, nb::c_contig, nb::device::cpu>;

// While it lives, other Python threads run.
class WithoutGil {
   public:
    WithoutGil() : state_(PyEval_SaveThread()) {}
    ~WithoutGil() { take_python_lock(state_); }
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;

   private:
    PyThreadState* state_;
};

template <class T> const T* data_of(const std::optional<In<T>>& array) {
    return array ? array->data() : nullptr;
}

// Arrays of samples, kept alive.
template <class T> class Samples {
   public:
    Samples(InRows<T> X, std::optional<In<T>> Y, std::optional<In<T>> weight)
        : X_(std::move(X)), Y_(std::move(Y)), weight_(std::move(weight)) {}
    Rows<T> rows() const {
        Rows<T> rows{};
        rows.X = X_.data();
        rows.Y = data_of(Y_);
        rows.weight = data_of(weight_);
        rows.count = long(X_.shape(0));
        rows.ldx = long(X_.stride(0));
        return rows;
    }

   private:
    InRows<T> X_;
    std::optional<In<T>> Y_, weight_;
};

// A session with what it points to. One thread at a time may use it.
template <class T> class Engaged {
   public:
    Engaged(const Shape& shape, In<T> theta, int threads)
        : shape_(shape), theta_(std::move(theta)), session_(shape_.net, theta_.data(), threads) {}

    void move_to(In<T> theta) {
        const Turn turn(busy_);
        theta_ = std::move(theta);
        session_.move_to(theta_.data());
    }

    // How steps are made. `theta` is the session's, which may now be written to.
    void learn(Out<T> theta, std::vector<Out<T>> moments, int rule, double a, double b, double epsilon,
               double weight_decay, double clip_norm, long size, double penalty_rows) {
        const Turn turn(busy_);
        moments_ = std::move(moments);
        update_ = {};
        update_.rule = Rule(rule);
        update_.theta = update_.writable_theta = theta.data();
        for (size_t i = 0; i < moments_.size() && i < 2; ++i) update_.moments[i] = moments_[i].data();
        update_.a = a;
        update_.b = b;
        update_.epsilon = epsilon;
        update_.weight_decay = weight_decay;
        update_.clip_norm = clip_norm;
        size_ = size;
        penalty_rows_ = penalty_rows;
    }
    long slice_unit() const { return session_.slice_unit(size_, update_.rule); }

    // Minibatches from `first` on, one for each rate. Returns `total` with their costs added to it, the rows
    // that counted, and the number of steps.
    std::tuple<double, double, long> train(const Samples<T>& samples, std::optional<In<long>> order,
                                           long first, In<double> rates, long step, double total,
                                           const Dropout* dropout) {
        const Turn turn(busy_);
        Rows<T> rows = samples.rows();
        rows.order = data_of(order);
        rows.size = size_;
        rows.first = first;
        rows.last = first + long(rates.size());
        rows.penalty_rows = penalty_rows_;
        update_.rates = rates.data();
        update_.step = step;
        const WithoutGil others_run;
        const Job<T>& job = session_.train(rows, update_, dropout ? *dropout : Dropout{}, total);
        return {job.total, job.rows_seen, job.steps};
    }

    // The sum of the rows' J, and their number. D is written to `gradient`.
    std::tuple<double, double> cost_and_gradient(const Samples<T>& samples, Out<T> gradient,
                                                 const Dropout* dropout) {
        const Turn turn(busy_);
        const WithoutGil others_run;
        const Job<T>& job =
            session_.cost_and_gradient(samples.rows(), gradient.data(), dropout ? *dropout : Dropout{});
        return {job.total, job.rows_seen};
    }

    // h of every row; with `logits` z^(L).
    void predict(InRows<T> X, Out<T> out, bool logits) {
        const Turn turn(busy_);
        Rows<T> rows{};
        rows.X = X.data();
        rows.count = long(X.shape(0));
        rows.ldx = long(X.stride(0));
        const WithoutGil others_run;
        session_.predict(rows, out.data(), logits);
    }

   private:
    // While it lives, another thread is refused: two jobs in the same memory would spoil each other.
    class Turn {
       public:
        explicit Turn(std::atomic<bool>& busy) : busy_(busy) {
            if (busy_.exchange(true)) throw std::runtime_error("the session computes in another thread");
        }
        ~Turn() { busy_.store(false); }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

       private:
        std::atomic<bool>& busy_;
    };

    const Shape shape_;
    In<T> theta_;
    std::vector<Out<T>> moments_;
    Session<T> session_;
    Update<T> update_{};
    long size_ = 1;
    double penalty_rows_ = 0;
    std::atomic<bool> busy_{false};
};

template <class T> void elementary(int function, In<T> from, Out<T> to) {
    kernels<T>().elementary(function, from.data(), to.data(), long(from.size()));
}

// A number of JSON as a double; false for another cell, and for a whole number that is too large.
bool number_of(PyObject* cell, double& x) {
    if (PyFloat_CheckExact(cell)) {
        x = PyFloat_AsDouble(cell);
        return true;
    }
    if (!PyLong_CheckExact(cell)) return false;
    x = PyLong_AsDouble(cell);
    if (x != -1 || !PyErr_Occurred()) return true;
    PyErr_Clear();
    return false;
}

// The inputs of rows (m, s_1) whose numbers are tuples of p cells, over the 0 that `out` holds. False if a
// cell is not ordinary; what was written is of no use then.
template <class T> bool write_rows(const Lines& lines, nb::list rows, Out<T> out) {
    const size_t p = lines.low.size();
    std::vector<double> x(p);
    T* to = out.data();
    for (nb::handle row : rows) {
        for (size_t k = 0; k < p; ++k) {
            PyObject* cell = PyTuple_GetItem(row.ptr(), Py_ssize_t(k));
            if (!cell) throw nb::python_error();
            if (cell == Py_None) {
                if (lines.gap[k] < 0) return false;
                to[lines.gap[k]] = 1;
                x[k] = lines.fill[k];
            } else if (!number_of(cell, x[k]) || !(lines.low[k] <= x[k] && x[k] <= lines.high[k])) {
                return false;
            }
        }
        if (!lines.write(x.data(), to)) return false;
        to += out.shape(1);
    }
    return true;
}

// The text of h (m, K); None where the shares have to be made first.
nb::object answer_to(const Answer& answer, In<float> h) {
    std::string text;
    if (!answer.write(h.data(), h.shape(0), text)) return nb::none();
    return nb::bytes(text.data(), text.size());
}

std::vector<std::string> names_of_instruction_sets() {
    const std::vector<const char*> names = instruction_sets();
    return {names.begin(), names.end()};
}

template <class T> void define(nb::module_& m, const char* samples, const char* session) {
    using namespace nb::literals;
    nb::class_<Samples<T>>(m, samples)
        .def(nb::init<InRows<T>, std::optional<In<T>>, std::optional<In<T>>>(), "X"_a.noconvert(),
             "Y"_a.noconvert().none(), "weight"_a.noconvert().none());
    nb::class_<Engaged<T>>(m, session)
        .def(nb::init<const Shape&, In<T>, int>(), "shape"_a, "theta"_a.noconvert(), "threads"_a)
        .def("move_to", &Engaged<T>::move_to, "theta"_a.noconvert())
        .def("learn", &Engaged<T>::learn, "theta"_a.noconvert(), "moments"_a.noconvert(), "rule"_a, "a"_a,
             "b"_a, "epsilon"_a, "weight_decay"_a, "clip_norm"_a, "size"_a, "penalty_rows"_a)
        .def("slice_unit", &Engaged<T>::slice_unit)
        .def("train", &Engaged<T>::train, "samples"_a, "order"_a.noconvert().none(), "first"_a,
             "rates"_a.noconvert(), "step"_a, "total"_a, "dropout"_a.none())
        .def("cost_and_gradient", &Engaged<T>::cost_and_gradient, "samples"_a, "gradient"_a.noconvert(),
             "dropout"_a.none())
        .def("predict", &Engaged<T>::predict, "X"_a.noconvert(), "out"_a.noconvert(), "logits"_a);
    m.def("elementary", elementary<T>, "function"_a, "from_"_a.noconvert(), "to"_a.noconvert());
}

}  // namespace
}  // namespace clearprop

NB_MODULE(_core, m) {
    using namespace clearprop;
    using namespace nb::literals;
    nb::set_leak_warnings(false);  // a daemon thread may be computing when the process ends
    nb::class_<Shape>(m, "Shape")
        .def(nb::init<const std::vector<long>&, int, int, double, double, std::vector<double>>());
    nb::class_<Dropout>(m, "Dropout")
        .def(
            "__init__",
            [](Dropout* at, double rate, unsigned seed_low, unsigned seed_high, unsigned epoch,
               unsigned stays_from, long place) {
                new (at) Dropout{seed_low, seed_high, epoch, stays_from, 1 / (1 - rate), place};
            },
            "rate"_a, "seed_low"_a, "seed_high"_a, "epoch"_a, "stays_from"_a, "place"_a);
    define<float>(m, "Float32Samples", "Float32Session");
    define<double>(m, "Float64Samples", "Float64Session");
    using Numbers = std::vector<double>;
    using Places = std::vector<long>;
    nb::class_<Lines>(m, "Lines")
        .def(
            "__init__",
            [](Lines* at, Places part, Places place, Numbers shift, Numbers scale, Numbers least,
               Numbers most, Numbers low, Numbers high, Numbers fill,
               Places gap) { new (at) Lines{part, place, shift, scale, least, most, low, high, fill, gap}; },
            "part"_a, "place"_a, "shift"_a, "scale"_a, "least"_a, "most"_a, "low"_a, "high"_a, "fill"_a,
            "gap"_a)
        .def("write", write_rows<float>, "rows"_a, "out"_a.noconvert())
        .def("write", write_rows<double>, "rows"_a, "out"_a.noconvert());
    using Texts = std::vector<std::string>;
    nb::class_<Answer>(m, "Answer")
        .def(
            "__init__",
            [](Answer* at, Texts before, Texts after, double nearly) {
                new (at) Answer{before, after, nearly};
            },
            "before"_a, "after"_a, "nearly"_a)
        .def("write", answer_to, "h"_a.noconvert());
    m.attr("WRITES_NUMBERS") = writes_numbers;
    m.def("instruction_set", instruction_set);
    m.def("instruction_sets", names_of_instruction_sets);
    m.def("stop_team", stop_team, nb::call_guard<nb::gil_scoped_release>());
    nb::module_::import_("atexit").attr("register")(m.attr("stop_team"));
}
