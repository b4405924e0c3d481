// Where the threads of a block meet: barriers, shuffles, votes, and the mistakes that kernels make there.
// Must not know how threads are switched (grid.cpp).
#include <bit>
#include <cstdio>
#include <cstring>

#include "tests/sim/grid.h"

namespace lockstep::sim {
namespace {

bool same(Site a, Site b) {
    return a.line == b.line && (a.file == b.file || std::strcmp(a.file, b.file) == 0);
}

std::string text(Site site) { return std::string(site.file) + ":" + std::to_string(site.line); }

std::string text(Collective kind) {
    return kind == Collective::syncwarp ? "__syncwarp" : kind == Collective::shuffle ? "shuffle" : "vote";
}

std::string hexadecimal(unsigned mask) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "0x%08x", mask);
    return digits;
}

}  // namespace

std::string GridRunner::describe(unsigned thread) const {
    const Index3 i = positions_[thread];
    return "thread (" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
}

std::string GridRunner::describe_wait(unsigned thread) const {
    const Thread& t = threads_[thread];
    if (!t.fiber) return describe(thread) + " has exited";
    if (t.mask == 0) return describe(thread) + " waits at __syncthreads (" + text(t.site) + ")";
    return describe(thread) + " waits at a " + text(t.kind) + " with mask " + hexadecimal(t.mask) + " (" +
           text(t.site) + ")";
}

void GridRunner::barrier(Site site) {
    if (exited_)
        fail("divergent __syncthreads (" + text(site) + "): " + describe(exited_first_) +
             " has exited without it");
    if (at_barrier_ && !same(site, barrier_site_))
        fail("divergent __syncthreads (" + text(site) + "): " + describe_wait(barrier_first_));
    Thread& own = threads_[current_];
    own.site = site;
    if (at_barrier_++ == 0) {
        barrier_site_ = site;
        barrier_first_ = current_;
    }
    if (at_barrier_ < threads_count_) return wait_turn();
    at_barrier_ = 0;
    const bool reverse = mode_ == Order::reverse;
    for (unsigned k = 0; k < threads_count_; ++k) {  // the last released is the first to run
        const unsigned thread = reverse ? k : threads_count_ - 1 - k;
        if (thread != current_) release(thread);
    }
}

void GridRunner::exit_thread() {
    const unsigned bit = 1u << current_ % kWarp;
    Warp& warp = warps_[current_ / kWarp];
    if (at_barrier_) fail("divergent __syncthreads: exits while " + describe_wait(barrier_first_));
    if (warp.named & bit)
        for (unsigned lanes = warp.waiting; lanes; lanes &= lanes - 1) {
            const unsigned other = current_ / kWarp * kWarp + static_cast<unsigned>(std::countr_zero(lanes));
            if (threads_[other].mask & bit)
                fail("exits while its lane is in the mask of " + describe_wait(other));
        }
    warp.exited |= bit;
    threads_[current_].fiber = nullptr;
    if (exited_++ == 0) exited_first_ = current_;
}

unsigned GridRunner::collective(const Thread& call) {
    const unsigned lane = current_ % kWarp, base = current_ - lane;
    Warp& warp = warps_[current_ / kWarp];
    const unsigned wrong = call.mask & (~warp.present | warp.exited);
    if (!(call.mask >> lane & 1) || wrong) {
        const std::string at =
            text(call.kind) + " with mask " + hexadecimal(call.mask) + " (" + text(call.site) + "): ";
        if (!(call.mask >> lane & 1)) fail(at + "the calling lane " + std::to_string(lane) + " is not in it");
        const unsigned absent = call.mask & ~warp.present;
        fail(at + "lane " + std::to_string(std::countr_zero(absent ? absent : wrong)) +
             (absent ? " does not exist in this block" : " has exited"));
    }
    Thread& own = threads_[current_];
    Fiber* const fiber = own.fiber;
    own = call;
    own.fiber = fiber;
    warp.waiting |= 1u << lane;
    warp.named |= call.mask;

    bool all = (warp.waiting & call.mask) == call.mask;
    for (unsigned lanes = call.mask; all && lanes; lanes &= lanes - 1) {
        const unsigned other = base + static_cast<unsigned>(std::countr_zero(lanes));
        const Thread& t = threads_[other];
        if (t.mask != call.mask)
            all = false;  // it is in another group first
        else if (t.kind != call.kind || t.bytes != call.bytes || !same(t.site, call.site))
            fail("divergent " + text(call.kind) + " (" + text(call.site) + "): " + describe_wait(other));
    }
    if (all)
        complete(warp, base, call.mask);
    else
        wait_turn();
    own.mask = 0;
    return own.votes;
}

// All lanes of the mask are here: gives each its result, and lets those that wait go on.
void GridRunner::complete(Warp& warp, unsigned base, unsigned mask) {
    unsigned votes = 0;
    for (unsigned lanes = mask; lanes; lanes &= lanes - 1) {
        const unsigned lane = static_cast<unsigned>(std::countr_zero(lanes));
        const Thread& t = threads_[base + lane];
        votes |= t.predicate ? 1u << lane : 0;
        if (t.kind != Collective::shuffle) continue;
        const bool there = t.source < kWarp && (mask >> t.source & 1);
        if (there)
            std::memcpy(t.result, threads_[base + t.source].value, t.bytes);
        else
            std::memset(t.result, 0xff, t.bytes);
    }
    warp.waiting &= ~mask;
    warp.named = 0;
    for (unsigned lanes = warp.waiting; lanes; lanes &= lanes - 1)
        warp.named |= threads_[base + static_cast<unsigned>(std::countr_zero(lanes))].mask;
    const bool reverse = mode_ == Order::reverse;
    for (unsigned k = 0; k < kWarp; ++k) {
        const unsigned lane = reverse ? k : kWarp - 1 - k;
        if (!(mask >> lane & 1)) continue;
        threads_[base + lane].votes = votes;
        if (base + lane != current_) release(base + lane);
    }
}

void GridRunner::fail_deadlock() {
    std::string what = "no thread can go on:";
    unsigned told = 0;
    for (unsigned t = 0; t < threads_count_ && told < 3; ++t) {
        if (!threads_[t].fiber) continue;
        what += (told++ ? "; " : " ") + describe_wait(t);
    }
    fail(what);
}

}  // namespace lockstep::sim
