#include "team.hpp"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace clearprop {
namespace {

// Denormal results become 0 while it lives, in this thread alone. Without it the moments of dead ReLU
// units decay into denormals, and an epoch takes twenty times as long.
class FlushDenormals {
   public:
#if defined(__x86_64__)
    FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }  // FTZ, DAZ
    ~FlushDenormals() { _mm_setcsr((_mm_getcsr() & 0x3f) | (before_ & ~0x3fu)); }

   private:
    unsigned before_;
#elif defined(__aarch64__)
    FlushDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before_));
        asm volatile("msr fpcr, %0" : : "r"(before_ | (1ull << 24)));  // FZ
    }
    ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }

   private:
    unsigned long long before_;
#else
    FlushDenormals() {}
#endif
};

inline void pause() {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Waits until `word` is no longer `old`: at first by looking, since the others are at most a few
// microseconds behind (1000 looks are about 15 us), then asleep.
constexpr int looks = 1000;
void wait_while(const std::atomic<unsigned>& word, unsigned old) {
    for (int i = 0; i < looks; ++i) {
        if (word.load(std::memory_order_acquire) != old) return;
        pause();
    }
    word.wait(old, std::memory_order_acquire);
}

struct alignas(64) Barrier {
    explicit Barrier(int n) : count(n) {}
    const int count;
    alignas(64) std::atomic<int> arrived{0};
    alignas(64) std::atomic<unsigned> round{0};
    void wait() {
        const unsigned now = round.load(std::memory_order_relaxed);
        if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
            arrived.store(0, std::memory_order_relaxed);
            round.store(now + 1, std::memory_order_release);
            round.notify_all();
        } else {
            wait_while(round, now);
        }
    }
};

struct alignas(64) Helper {
    std::atomic<unsigned> ticket{0};  // one more for each job
    bool stop = false;
    Work work = nullptr;
    void* job = nullptr;
    Worker place{};
    std::atomic<unsigned>* done = nullptr;
    std::thread thread;

    void live() {
        const FlushDenormals flush;
        for (unsigned seen = 0;; ++seen) {
            wait_while(ticket, seen);
            if (stop) return;
            work(job, place);
            // The job's memory may be gone as soon as the count is up: touch nothing after it.
            std::atomic<unsigned>* count = done;
            count->fetch_add(1, std::memory_order_acq_rel);
            count->notify_one();
        }
    }
    void call() {
        ticket.fetch_add(1, std::memory_order_release);
        ticket.notify_one();
    }
};

struct Team {
    std::mutex mutex;
    std::vector<std::unique_ptr<Helper>> idle;
    int leaders = 0, busy = 0;
};

// After a fork the child has none of the threads, and a lock may be held for ever: it starts anew
// and leaves the old team where it is.
Team* team = new Team;
void forget_team() { team = new Team; }
const int registered = pthread_atfork(nullptr, nullptr, forget_team);

// A new helper, deaf to signals: Ctrl-C is the main thread's. Null where the system gives no thread.
std::unique_ptr<Helper> start_helper() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::unique_ptr<Helper> helper;
    try {
        helper = std::make_unique<Helper>();
        helper->thread = std::thread([h = helper.get()] { h->live(); });
    } catch (const std::system_error&) {
        helper.reset();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return helper;
}

}  // namespace

void wait_for_all(const Worker& me) {
    if (me.count > 1) static_cast<Barrier*>(me.barrier)->wait();
}

struct Crew::Borrowed {
    std::vector<std::unique_ptr<Helper>> helpers;
};

Crew::Crew(int wanted) : borrowed_(new Borrowed) {
    const std::lock_guard lock(team->mutex);
    ++team->leaders;
    for (int free = wanted - team->leaders - team->busy; free > 0; --free) {
        std::unique_ptr<Helper> helper;
        if (team->idle.empty()) {
            helper = start_helper();
            if (!helper) break;
        } else {
            helper = std::move(team->idle.back());
            team->idle.pop_back();
        }
        borrowed_->helpers.push_back(std::move(helper));
    }
    const int helpers = int(borrowed_->helpers.size());
    team->busy += helpers;
    size_ = helpers + 1;
}

Crew::~Crew() {
    {
        const std::lock_guard lock(team->mutex);
        --team->leaders;
        team->busy -= size_ - 1;
        for (auto& helper : borrowed_->helpers) team->idle.push_back(std::move(helper));
    }
    delete borrowed_;
}

void Crew::run(Work work, void* job) {
    const FlushDenormals flush;
    Barrier barrier(size_);
    std::atomic<unsigned> done{0};
    for (int i = 1; i < size_; ++i) {
        Helper& helper = *borrowed_->helpers[i - 1];
        helper.work = work;
        helper.job = job;
        helper.place = {i, size_, &barrier};
        helper.done = &done;
        helper.call();
    }
    work(job, {0, size_, &barrier});
    for (unsigned n = done.load(std::memory_order_acquire); n + 1 != unsigned(size_);
         n = done.load(std::memory_order_acquire))
        wait_while(done, n);
}

void stop_team() {
    std::vector<std::unique_ptr<Helper>> idle;
    {
        const std::lock_guard lock(team->mutex);
        idle.swap(team->idle);
    }
    for (auto& helper : idle) {
        helper->stop = true;
        helper->call();
    }
    for (auto& helper : idle) helper->thread.join();
}

}  // namespace clearprop
