// MT19937, 2**128 words further: x**(2**128) modulo the characteristic polynomial of its recurrence, applied to the state.
// Must not know handles.
#include "runtime/random/seeding.h"

#include <vector>

#include "runtime/scalar/random/mt19937.h"

namespace lockstep::random {
namespace {

// Coefficients, the lowest first. The characteristic polynomial was found from 39,974 words by Berlekamp and Massey's
// algorithm; x was squared modulo it 128 times. tests/table/test_random_states.py holds the jump to NumPy's.
constexpr uint64_t kJump[312] = {
    0xb5709ec472de3963, 0xa823f8e588279bb6, 0x041f225926d83e59, 0x8b521777e7fdbb15, 0xbf2812d548b5e756,
    0x0b4849aae4b0adb9, 0xe96d39ce3e928b83, 0x09eaf2e8af6131d3, 0xc1814c7b33548456, 0xfebd07bc893a7c83,
    0x5147dcbf01bd8267, 0x9afef574e2a67de6, 0xf0d3decab8334d09, 0xd884703b5561fd58, 0xb39b8f42ef5c803b,
    0xd61cfed320dfb761, 0x47416177cf5f3e5b, 0x8ea9cfab8e8442e9, 0x60ddf78d585d0ec0, 0xf0f7d60e2c9b8528,
    0xca3ee37db2bb3bfc, 0x870ed96981c9e659, 0xce5248519573a0de, 0x73cda5ed77683b94, 0xf43b956c56bcfcbc,
    0xbf04b4001f91de14, 0x1d8598319438c481, 0x9d97aed5ca6ae0a2, 0xe75c95199e464218, 0xcd43455c253c5486,
    0x7f8282d473b5ccd8, 0x192ddf99c8cacd44, 0x5288b589d6be8546, 0x9819557fb4f26ca7, 0x03e73d28200570eb,
    0x78a114c9264acc04, 0x42eee89795f0fb7b, 0x67e751e8abcc80c2, 0x140e87ef1330cc85, 0xd3f8525e913b9a96,
    0x1ba1158f3ee3d205, 0x1f6aa87d2c4cdb89, 0x878b32239b5e9a3a, 0xa48c7778a498c3ed, 0x1d08f055974ac066,
    0xd6de80e9c8a08242, 0x2892ce4ca1cf0b40, 0x604168ae842731c7, 0xbecff8b2dd23ee6d, 0xa4369751dfac7287,
    0x4a5840d9ba8bc89d, 0xf53bdbeda7a58582, 0xa4149d1ccfba4997, 0xf2c72905d5c66fc3, 0xae4d8e96ce68ad39,
    0xc588f396f213a9b5, 0x2c618d4e9d6116bb, 0xebfb61f3b34420d1, 0xcbdca6f23b702ed7, 0xbe2833957cb78166,
    0x20c0d09603a2436a, 0xbf49b815e190aa6f, 0x9b45b90349d78dc3, 0x67eb90e30aa4c4c8, 0x7f5ceab1f32b13f0,
    0x641eaedbccc48294, 0x80b553586d6aafb6, 0xf1fa779a72b55832, 0x8992aefd3b60af74, 0x283594724fa609f2,
    0x527dc1a961e7aaf1, 0xbcad693f834e8087, 0x95171796c9ca3bf6, 0xb7d367759f41164a, 0x5c77677bcf20cf3b,
    0x47dfd69ff4765b01, 0xd708247fd90d6e15, 0xad7996285fe95113, 0xfcfb0ce2c627f9f2, 0x4b0033800f2441ce,
    0x50fa780b72161100, 0xb71ca8b71f72b11a, 0x5475baceffab42fd, 0x356eef7891c28b39, 0xdc80086d1441c9c3,
    0xb5c30ec996c47491, 0xa9321adda254e42d, 0xc30bee5b963a3612, 0xdf141323635c75c7, 0x8926e38f38308f58,
    0x897754d871b69592, 0x5bc061743cddde5e, 0xbebb80a7ad520904, 0xd91d5d335cc284d4, 0x11090e418c6ba748,
    0x462cffbc33bb9929, 0xefc68605c42a508e, 0x230e6cd9602a3a14, 0x49b8eb3126c6f9f4, 0x7c49e7a451bd358f,
    0x1910bb3947b592cb, 0xad0ca5183ced6a5b, 0xd98ca57993461dcb, 0xecc5cb659526948e, 0x0bddc87dfd1a431b,
    0x7d9820ac5d694024, 0x716c1ae1ffeb5538, 0x04f8ed8613cffb2f, 0x1b32eb97d777f039, 0x893da4ee87c1a95f,
    0x965118d4c235f16c, 0xf99023e2e87994ba, 0x891268a5bb8c4545, 0x4d163861e7cf46b4, 0xca688c0e0b2c5681,
    0xb86346b536702e5f, 0x72a6013755e311bb, 0x47d10e13142fdc5c, 0xac088c30a34ce0cb, 0x4d79a2e88f9503fe,
    0x02b4c095937670c7, 0x080533c020f8f5e0, 0xab1d0c2581fe8f32, 0xb601bb28048f776d, 0xf8b8e16e96004a47,
    0x4a9fa0426862af7b, 0x54384ad4b0b6f662, 0x81670a57a350c0ee, 0x3a2c282026061dc1, 0xb9749667b575f899,
    0xaa853838738dfc2a, 0xa53a92a400ccc442, 0xbdc8cfa2cfaf5a3e, 0x529fee9d09884265, 0x966c709ea4d7f84f,
    0xd14265d44c80bc42, 0xb23c2aedf5ebe7f3, 0xb7d47c42804523f1, 0x73370568a7cb0aa9, 0x66158a1e06d90ac5,
    0xc4a3898c9805c7ad, 0x7fc536907890adde, 0xc5427e0885c39b20, 0x2fba05edc0c864f8, 0x210ad2bfc365017a,
    0x609ca0038ffb95ea, 0x84e663c48e6c4f72, 0x753c1ca83c110562, 0x48642afc8700b723, 0xcef1123e14ac952c,
    0xf075b8b8ed84973c, 0xf00a255a0ceac5c9, 0x7e77e0dadfcd487c, 0x0071cb978be5750c, 0x28c4386f560827fe,
    0xbf6b3ad6af4049f0, 0x2e3006d1a911aadd, 0x2e8489f95eb5bb74, 0x84278164c36fb83d, 0x61e0e6be82302b47,
    0x11b59c560422260e, 0x9cd5ecaae4f20c9c, 0x9bc72523f866e2da, 0x816f533c52c41667, 0xa0dbff9e47a3235e,
    0xea9ca5a30c62a756, 0xc51267e9de0761a6, 0xf28b88663eed2af6, 0xfd769663695ed01f, 0xbc47fcdf9065af4e,
    0x424e389cdfca6259, 0xbb03335e166c2c1b, 0xc4be33dd2a73a1a1, 0x45746bc2e690d058, 0x07d38d7f94b43407,
    0x74b851e460854fb3, 0xd99df507db3d2ac2, 0x5d6c254c86d3323b, 0xb4dd303282bfac22, 0xb7261a5fb27e023b,
    0x40f361bf34fe8179, 0xe716500e6c9e7858, 0x35c6ee0b65873b06, 0xe4c5d4fcfb2864e7, 0x858ee284281901c6,
    0x44803a65e5fca3cd, 0xf9f41e41f850f7f6, 0x87cbf3c965eb5539, 0xae056412be2f8074, 0xd8fe916f3c5cb955,
    0xd18ccb5eaec289df, 0x446157f20eef81bf, 0xde9821754690364a, 0xd094591bc1597ea0, 0x79676e7ab1ed3e17,
    0xa283bdf6c495ebc1, 0x6a06b25c648c3570, 0x0deb138c398b0580, 0x4e3d096ae51108ed, 0xafde012b1dda7416,
    0xcb001892722f0317, 0x82d756d223875cf7, 0x2091ce44c99114de, 0x8a944ef9d24757b4, 0xedf8f12b8594145a,
    0xf30c0ce9998c4aff, 0xba657a589ce601a0, 0x94e6ec8d36a851dd, 0x86ada470ed46b938, 0x46c714b9409b507d,
    0xb628043e05c862a8, 0x8d763a8c7ac4a188, 0x7f5ba7970adc18b6, 0x5db4bc6b69073599, 0x3d087e22444d59d3,
    0x61466f51e9c04e89, 0x151fd405548aa4e6, 0x6090566191555389, 0x3e3c85615e8d5619, 0x2491156c39c6b81c,
    0x17b4d42cfc2fd4a6, 0x2bd704cf82c9bcf9, 0x054032407b2568ec, 0x7e037b6b5d2268d9, 0x231f10e7d86bec7a,
    0x964f8501ba016830, 0x9873c321a3b7321f, 0xa5a250e1350ac2dd, 0xc738d24726578385, 0xcd33873c012541ca,
    0xd0cdc82cc5907f19, 0x5656cca45c2b540a, 0xa3d987b81f887dd1, 0x06a2847883e7fe48, 0x465f2df8945682db,
    0xfac8ffbc9b494ce1, 0xb12ac825598f39cd, 0x3e5c217efa99231b, 0xe550fdba3b2d8ba2, 0x846a67338e510006,
    0xee48a9263e573194, 0x41c394c85ccd36bd, 0xa19b67f210a79620, 0x8a285c068b3fd2a6, 0x3637050a3a1797d9,
    0x7295647e63dfca07, 0xbe8e76017a7b3bba, 0x3c1e511aea660549, 0x06c40c25c7a1931a, 0x7d1886643796cf70,
    0xb9f70031ccd9fa38, 0x87fe9735601e2c75, 0xef645dd6f8cd68b0, 0x535d71387d05b323, 0x90327a265c02f47f,
    0xabd5ea2563ecd3b2, 0x302c164101624325, 0x1cdfa6bcdbfbeb93, 0xb15987ed866519a2, 0x0c31ec84113296f1,
    0xb4132090232a35b2, 0x535172e392d0c3c5, 0xfc24a0a9095ffccb, 0x2546326e932c038e, 0x1bbafc54ccc15e47,
    0xa84866303cf2a838, 0x8405b4ae1057e025, 0x1eec4c73da36738d, 0x4f9ff10488b30f90, 0x6eab7da885eea780,
    0x6fe9593d40d9fdbe, 0x65606c0c3c850d3c, 0x70308a34b078a231, 0x6d9a7cbe635af9bd, 0x63660519ed73ee32,
    0x0e62955f1701dd8d, 0x9cb66a13180db0e9, 0x78fb88aad3c2cd3e, 0xa2859c5285fdbe48, 0x902ffd419579f8f8,
    0x1f5e048a4b7c6a7b, 0x706d24958e262d89, 0x816d7f42ebbbd878, 0x3e6cc58a88cdfbf1, 0xaa7dfafd754a64ab,
    0xb63cd2f7e98d0a02, 0x72c5b57f38c8c85c, 0xe479da34b97f2b0a, 0x7c86232a553e33f7, 0xedc6266db35cc8f8,
    0x14b7f688ca67e7fe, 0xb3d3d66f072d997b, 0x121005b9528c6a42, 0x87d31f390df2b622, 0xedaedb3712ce5fd4,
    0x8e53ff2549dec2f4, 0x764041aae79e435a, 0xb359bd5e29a3ee70, 0x303acd045aa2b047, 0x165795c2b82a2d07,
    0x950faac1a64ab733, 0xff195e03dfa2861f, 0x5eb360ec8cd6e865, 0x19e1a74d639cb063, 0x775c20d67ec12528,
    0x08722d7fa44c4ddf, 0x83d145bcb0c92d32, 0x73da60e43b2207e8, 0x962813b9a13d0929, 0xeb6572d6738f420b,
    0x80a4a0ef151a52ca, 0x0000000023eee457,
};
constexpr int kDegree = 19933;
static_assert(kJump[kDegree / 64] >> (kDegree % 64) == 1);

}  // namespace

void jump_mt19937(Mt19937State& s) {
    constexpr int n = scalar::random::kMt19937Words, m = scalar::random::kMt19937Middle;
    const int start = s.position >= n ? 0 : s.position;  // of the ring: the oldest of the 624 words
    std::vector<uint32_t> x(kDegree + n);                // the recurrence from there on
    for (int i = 0; i < n; ++i) x[static_cast<size_t>(i)] = s.key[(start + i) % n];
    for (size_t i = 0; i < kDegree; ++i) x[i + n] = scalar::random::mt19937_next(x[i], x[i + 1], x[i + m]);
    uint32_t sum[n] = {};
    for (size_t i = 0; i <= kDegree; ++i)
        if (kJump[i / 64] >> (i % 64) & 1)
            for (size_t j = 0; j < n; ++j) sum[j] ^= x[i + j];
    s.position = (start + kDegree) % n;
    for (int j = 0; j < n; ++j) s.key[(s.position + j) % n] = sum[j];
}

}  // namespace lockstep::random
