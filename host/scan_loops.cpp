// Chooses the copy of the scan's passes that suits this processor.
// Must not know what they compute.
#include "host/scan_loops.h"

#include "host/instruction_set.h"

namespace lockstep::host {

#if defined(__x86_64__)
namespace v2 {
void fill_scan(ScanTable&);
}
namespace v3 {
void fill_scan(ScanTable&);
}
namespace v4 {
void fill_scan(ScanTable&);
}
#else
namespace plain {
void fill_scan(ScanTable&);
}
#endif

const ScanTable& scan_table() {
    static const ScanTable* const table = [] {
        auto* t = new ScanTable;  // lives as long as the process, as the other loops do
#if defined(__x86_64__)
        switch (instruction_set()) {
            case InstructionSet::v4: v4::fill_scan(*t); break;
            case InstructionSet::v3: v3::fill_scan(*t); break;
            default: v2::fill_scan(*t);
        }
#else
        plain::fill_scan(*t);
#endif
        return t;
    }();
    return *table;
}

}  // namespace lockstep::host
