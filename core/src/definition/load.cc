#include "definition/load.h"

#include "definition/bundle.h"
#include "definition/group_reader.h"
#include "definition/intervention_reader.h"
#include "definition/key_reader.h"

namespace oncue {

LoadReport loadDefinitions(std::string_view json, const DefinitionOptions& options, Model& model) {
  LoadReport report;
  Problems problems(report);
  JsonNode root;
  parseBundle(json, problems, root);

  Model loaded;
  Builder builder(loaded, problems, options);
  addBuiltInKeys(builder);
  // Later kinds refer to earlier ones, wherever they stand in the text.
  constexpr struct {
    ObjectKind kind;
    void (*read)(Builder&, const Fields&);
  } kPasses[] = {{ObjectKind::Unknown, nullptr},     {ObjectKind::Key, readKey},
                 {ObjectKind::Group, readInlineKey}, {ObjectKind::Group, readGroup},
                 {ObjectKind::Service, readService}, {ObjectKind::Intervention, readIntervention}};
  for (const auto& pass : kPasses) readEach(builder, root, pass.kind, pass.read);
  if (report.ok()) model = std::move(loaded);
  return report;
}

}  // namespace oncue
