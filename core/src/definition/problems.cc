#include "definition/problems.h"

#include "base/number_text.h"

namespace oncue {
namespace {

enum Severity : bool { Error, Warning };

struct Entry {
  Severity severity;
  const char* code;
  const char* sentence;
};

constexpr Entry kEntries[] = {
#define ONCUE_PROBLEM(code, severity, sentence) {severity, #code, sentence},
#include "definition/problems.def"
#undef ONCUE_PROBLEM
};

constexpr std::size_t kMaxQuoted = 160;  // bytes of a definition's own text, so that a sentence stays one

void appendShort(std::string& out, std::string_view text) {
  std::size_t end = text.size();
  if (end > kMaxQuoted) {
    end = kMaxQuoted;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  }
  out.append(text, 0, end);
  if (end < text.size()) out += "...";
}

}  // namespace

void Problems::add(ProblemCode code, const char* a, const char* b, const char* c) {
  const Entry& entry = kEntries[static_cast<std::uint8_t>(code)];
  const char* const arguments[] = {a, b, c};
  std::size_t next = 0;
  std::string sentence;
  for (const char* at = entry.sentence; *at != '\0'; ++at) {
    if (*at == '@') {
      appendPlace(sentence);
    } else if (*at != '%') {
      sentence += *at;
    } else if (next == 0) {
      appendShort(sentence, arguments[next++]);
    } else {
      sentence += arguments[next++];  // never longer than a list of words of ours
    }
  }
  push(entry.severity == Error ? report_.errors : report_.warnings, entry.code, sentence);
}

void Problems::addError(std::string_view code, const std::string& sentence) { push(report_.errors, code, sentence); }

void Problems::push(Vec<Problem>& list, std::string_view code, const std::string& sentence) {
  Problem& problem = list.emplace_back();
  problem.pointer = pointer_;
  problem.code = code;
  problem.message = subject_;
  if (!subject_.empty()) problem.message += ": ";
  problem.message += sentence;
}

// The last step of the pointer, in quotes; with the one before when it is an index.
void Problems::appendPlace(std::string& out) const {
  std::size_t slash = pointer_.rfind('/');
  if (slash == std::string::npos) {
    out += "the input";
    return;
  }
  const char first = pointer_[slash + 1];
  if (first >= '0' && first <= '9' && slash > 0) slash = pointer_.rfind('/', slash - 1);
  out += '"';
  out.append(pointer_, slash + 1);
  out += '"';
}

Problems::At::At(Problems& problems, const char* field)
    : problems_(problems), pointerSize_(problems.pointer_.size()), subjectSize_(problems.subject_.size()) {
  if (*field == '\0') return;
  problems_.pointer_ += '/';
  problems_.pointer_ += field;
}

Problems::At::At(Problems& problems, std::size_t item) : At(problems, numberText(static_cast<double>(item)).c_str()) {}

Problems::At::~At() {
  problems_.pointer_.resize(pointerSize_);
  problems_.subject_.resize(subjectSize_);
}

void Problems::At::isCalled(const char* kind, const std::string& name) {
  std::string& subject = problems_.subject_;
  if (!subject.empty()) subject += ", ";
  subject += kind;
  subject += " \"";
  appendShort(subject, name);
  subject += '"';
}

}  // namespace oncue
