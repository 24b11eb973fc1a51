#include "team.hpp"

#if !defined(_WIN32)
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#endif

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace clearprop {

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(unsigned(before_) | 0x8040); }
FlushDenormals::~FlushDenormals() { _mm_setcsr(unsigned(before_)); }
#elif defined(__aarch64__)
FlushDenormals::FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" : : "r"(before_ | (std::uintptr_t(1) << 24)));  // FZ
}
FlushDenormals::~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }
#else
FlushDenormals::FlushDenormals() : before_(0) {}
FlushDenormals::~FlushDenormals() {}
#endif

namespace {

inline void pause() {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Looks for a while whether `word` is no longer `old`, and returns whether it is. For the first 15 us it does
// nothing else, because the other workers are at most a few microseconds behind. For the next 0.3 ms it
// offers the processor to other threads between looks: a loop in Python takes some tens of microseconds
// between steps. After that the caller sleeps. Waking up takes 20 to 40 us and at worst milliseconds, as long
// as many steps of a small network.
constexpr int looks = 1000, loans = 1000;
bool changes_soon(const std::atomic<unsigned>& word, unsigned old) {
    for (int i = 0; i < looks + loans; ++i) {
        if (word.load(std::memory_order_acquire) != old) return true;
        if (i < looks) pause();
        else std::this_thread::yield();
    }
    return false;
}

// Lets sleepers wake on any processor but this one. Linux wakes a thread that has slept for some milliseconds
// on the processor of the thread that wakes it; on virtual machines it does so even beside an idle processor.
// There the sleeper waits for the end of a time slice, 3.8 ms, as it did in 18 of 20 trials on two cores.
void keep_off_this_processor([[maybe_unused]] std::vector<std::thread>& sleepers) {
#if defined(__linux__)
    cpu_set_t elsewhere;
    const int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(0, sizeof elsewhere, &elsewhere) != 0) return;
    CPU_CLR(size_t(here), &elsewhere);
    if (CPU_COUNT(&elsewhere) == 0) return;
    for (std::thread& sleeper : sleepers)
        pthread_setaffinity_np(sleeper.native_handle(), sizeof elsewhere, &elsewhere);
#endif
}

// The units of a round that are meant for one worker. Round, end and next unit are in one word (24, 20 and 20
// bits), so a worker cannot take a unit of another round by mistake.
struct alignas(64) Claims {
    std::atomic<std::uint64_t> word{0};
    static constexpr std::uint64_t mask = (1u << 20) - 1;

    void open(unsigned round, long first, long end) {
        const std::uint64_t value =
            std::uint64_t(round) << 40 | std::uint64_t(end) << 20 | std::uint64_t(first);
        word.store(value, std::memory_order_release);
    }
    bool take(long& unit) {
        std::uint64_t now = word.load(std::memory_order_acquire);
        while ((now & mask) < (now >> 20 & mask))
            if (word.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) {
                unit = long(now & mask);
                return true;
            }
        return false;
    }
};

}  // namespace

// The helpers of one crew. In a round each worker first takes its own units, whose memory is in its cache,
// and then those of the others. So nobody waits for a helper that the system has put to sleep. A round ends
// only when every unit that was taken is done, so a worker with a unit may read task and job.
struct Squad {
    explicit Squad(int n) : workers(n), claims(new Claims[size_t(n)]) {}

    const int workers;
    const std::unique_ptr<Claims[]> claims;
    Task task = nullptr;
    void* job = nullptr;
    alignas(64) std::atomic<unsigned> round{0};
    alignas(64) std::atomic<unsigned> left{0};  // units of this round that are not done
    std::atomic<bool> asleep{false};            // a helper may be asleep
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;

    void work(int me) {
        for (int turn = 0; turn < workers; ++turn) {
            Claims& from = claims[(me + turn) % workers];
            for (long unit; from.take(unit);) {
                task(job, unit, me);
                if (left.fetch_sub(1, std::memory_order_acq_rel) == 1) left.notify_one();
            }
        }
    }
    void live(int me) {
        const FlushDenormals flush;
        for (unsigned seen = 0; !stop.load(std::memory_order_acquire);) {
            if (!changes_soon(round, seen)) {
                asleep.store(true, std::memory_order_relaxed);
                round.wait(seen, std::memory_order_acquire);
            }
            seen = round.load(std::memory_order_acquire);
            work(me);
        }
    }
    void run(long units, Task what, void* with) {
        task = what;
        job = with;
        left.store(unsigned(units), std::memory_order_relaxed);
        const unsigned now = round.load(std::memory_order_relaxed) + 1;
        for (int w = 0; w < workers; ++w)
            claims[w].open(now & 0xffffff, units * w / workers, units * (w + 1) / workers);
        if (asleep.exchange(false, std::memory_order_relaxed)) keep_off_this_processor(threads);
        round.store(now, std::memory_order_release);
        round.notify_all();
        work(0);
        for (unsigned n; (n = left.load(std::memory_order_acquire)) != 0;)
            if (!changes_soon(left, n)) left.wait(n, std::memory_order_acquire);
    }
};

namespace {

struct Team {
    std::mutex mutex;
    std::vector<Squad*> idle;  // never deleted, because a helper that wakes late reads its squad
    int jobs = 0;
};

Team* team = new Team;

#if defined(_WIN32)
// Windows has neither forks nor signals that go to a thread.
struct BlockedSignals {
    BlockedSignals() {}
};
#else
// After a fork the child has none of the threads, and nobody may ever release a lock that was held. So the
// child starts a new team and leaves the old one alone.
void forget_team() { team = new Team; }
const int registered = pthread_atfork(nullptr, nullptr, forget_team);

// While it lives, this thread and those that it starts take no signals: the main thread handles Ctrl-C.
class BlockedSignals {
   public:
    BlockedSignals() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

   private:
    sigset_t before_;
};
#endif

// Starts the helpers. If the system gives too few threads, the others take their units.
Squad* start_squad(int workers) {
    const BlockedSignals blocked;
    Squad* squad = new Squad(workers);
    try {
        for (int i = 1; i < workers; ++i) squad->threads.emplace_back([squad, i] { squad->live(i); });
    } catch (const std::system_error&) {
    }
    return squad;
}

}  // namespace

Crew::Crew(int wanted) : squad_(nullptr) {
    const std::lock_guard lock(team->mutex);
    ++team->jobs;
    size_ = wanted / team->jobs > 1 ? wanted / team->jobs : 1;
    if (size_ == 1) return;
    for (Squad*& squad : team->idle)
        if (squad->workers == size_) {
            squad_ = squad;
            squad = team->idle.back();
            team->idle.pop_back();
            return;
        }
    squad_ = start_squad(size_);
}

Crew::~Crew() {
    const std::lock_guard lock(team->mutex);
    --team->jobs;
    if (squad_) team->idle.push_back(squad_);
}

void for_each(Crew& crew, long units, Task task, void* job) {
    constexpr long most = 1 << 19;  // Claims counts units in 20 bits
    if (crew.squad() && units > 1 && units < most) {
        crew.squad()->run(units, task, job);
    } else {
        for (long unit = 0; unit < units; ++unit) task(job, unit, 0);
    }
}

void stop_team() {
    std::vector<Squad*> idle;
    {
        const std::lock_guard lock(team->mutex);
        idle.swap(team->idle);
    }
    for (Squad* squad : idle) {
        squad->stop.store(true, std::memory_order_release);
        squad->round.fetch_add(1, std::memory_order_acq_rel);
        squad->round.notify_all();
        for (std::thread& thread : squad->threads) thread.join();
    }
}

}  // namespace clearprop
