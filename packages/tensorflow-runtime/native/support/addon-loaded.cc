// Part of the addon, whose constructors run after those of the libraries it needs: standard error is free again.
extern "C" void QuietStartRelease();

__attribute__((constructor)) static void AddonLoaded() { QuietStartRelease(); }
