// Embind registers every type it knows, wanted or not. These are not wanted, and with them goes the code for UTF-16 and
// UTF-32 strings and 64-bit integers.
mergeInto(LibraryManager.library, {
  _embind_register_std_wstring: function () {},
  _embind_register_std_wstring__deps: [],
  _embind_register_bigint: function () {},
  _embind_register_bigint__deps: [],
});
