// The numbers of a raw row as inputs of the network: what data/bins.py does with NumPy, to the bit.
#pragma once

#include <cstddef>
#include <vector>

namespace clearprop {

// The names are those of data/bins.py. An input i is (x - shift) / scale of the number x of its part, cut off
// at least and most.
struct Lines {
    std::vector<long> part, place;                  // (w,) each
    std::vector<double> shift, scale, least, most;  // (w,) each
    std::vector<double> low, high;                  // (p,) each: within them a number is ordinary
    std::vector<double> fill;                       // (p,), what stands in for an empty cell
    std::vector<long> gap;                          // (p,), the input that then is 1; -1: none may be empty

    // The inputs of the numbers x (p,) of a row; false if one is not finite.
    template <class T> bool write(const double* x, T* out) const {
        bool finite = true;
        for (std::size_t i = 0; i < part.size(); ++i) {
            const double line = (x[part[i]] - shift[i]) / scale[i];
            // Of -0 and 0 the end is taken, as NumPy does.
            const T input = T(line <= least[i] ? least[i] : line >= most[i] ? most[i] : line);
            finite &= input - input == 0;
            out[place[i]] = input;
        }
        return finite;
    }
};

}  // namespace clearprop
