#include "norma/cli/argument_table.h"

#include <array>

namespace norma::cli {
namespace {

/// What an option may be besides its words.
struct Traits {
  char short_name = '\0';
  std::string_view default_text;
  bool is_required = false;
  bool has_variable = true;
};

constexpr OptionSpec Option(std::string_view name, OptionKind kind, std::string_view value_name,
                            std::string_view group, std::string_view help, const Traits& traits) {
  return {.name = name,
          .short_name = traits.short_name,
          .kind = kind,
          .value_name = value_name,
          .group = group,
          .help = help,
          .default_text = traits.default_text,
          .is_required = traits.is_required,
          .has_variable = traits.has_variable};
}

constexpr OptionSpec Flag(std::string_view name, std::string_view group, std::string_view help,
                          const Traits& traits = {}) {
  return Option(name, OptionKind::kFlag, "", group, help, traits);
}

constexpr OptionSpec Value(std::string_view name, std::string_view value_name,
                           std::string_view group, std::string_view help,
                           const Traits& traits = {}) {
  return Option(name, OptionKind::kValue, value_name, group, help, traits);
}

constexpr OptionSpec List(std::string_view name, std::string_view value_name,
                          std::string_view group, std::string_view help,
                          const Traits& traits = {}) {
  return Option(name, OptionKind::kList, value_name, group, help, traits);
}

constexpr OptionSpec kOut =
    Value("out", "DIR", "Tables", "Output root, the directory that holds the tables",
          {.is_required = true});
constexpr OptionSpec kLatest = Flag(
    "latest", "Tables", "Read each table's newest version, not those of the last complete run");
constexpr OptionSpec kJson =
    Flag("json", "Output", "Print one JSON object on stdout", {.has_variable = false});
constexpr OptionSpec kQuiet =
    Flag("quiet", "Output", "Print no progress, no notes and no summary", {.short_name = 'q'});
constexpr OptionSpec kConfig =
    Value("config", "FILE", "Settings", "TOML file with values for absent options, by their names");
constexpr OptionSpec kColor =
    Value("color", "WHEN", "Output", "Use colour: auto, always or never; beats NO_COLOR",
          {.default_text = "auto"});
constexpr OptionSpec kHelp =
    Flag("help", "Output", "Print this help", {.short_name = 'h', .has_variable = false});

constexpr OptionSpec kOnly =
    List("only", "TABLE,...", "Tables", "Write only these tables and those that they need",
         {.default_text = "all tables"});
constexpr OptionSpec kPython =
    Value("python", "PATH", "Extraction",
          "CPython 3.11 or later that reads the files, by path or by name",
          {.default_text = "the newest of python3.11 to python3.14 and python3 on the PATH"});
constexpr OptionSpec kJobs =
    Value("jobs", "N", "Extraction", "Files in work at a time, from 1 to 256",
          {.short_name = 'j', .default_text = "one for each processor"});
constexpr OptionSpec kMemory =
    Value("memory", "SIZE", "Extraction", "Budget of norma and its workers, such as 512MiB or 4GiB",
          {.default_text = "2GiB"});
constexpr OptionSpec kScip =
    List("scip", "[LABEL=]FILE", "Extraction",
         "SCIP index of the repository, whose facts are added; may be given again");
constexpr OptionSpec kStrict =
    Flag("strict", "Extraction", "End with exit code 1 when a file has an error");
constexpr OptionSpec kRunId =
    Value("run-id", "ID", "Run", "Name of the run; a second run of the same name adds nothing",
          {.default_text = "a new one"});

/// The option as a setting to look at, without which a command can do.
constexpr OptionSpec Optional(OptionSpec option) {
  option.is_required = false;
  return option;
}

constexpr std::array kRunPositionals = {
    PositionalSpec{.name = "REPO", .help = "Directory with Python files; it is only read"}};
constexpr std::array kRunOptions = {
    kOut,
    kOnly,
    kPython,
    kScip,
    kJobs,
    kMemory,
    kStrict,
    kRunId,
    List("label", "KEY=VALUE", "Run", "Note that is kept with the run; may be given again",
         {.has_variable = false}),
    kConfig,
    kJson,
    kQuiet,
    kColor,
    kHelp};
constexpr std::array kRunExamples = {
    Example{"norma run path/to/repo --out facts", "Write the facts of a repository"},
    Example{"norma run . --out ../facts --jobs 4 --label commit=4f2a91c",
            "Use four workers, and note which commit was read"}};

constexpr std::array kQueryPositionals = {PositionalSpec{
    .name = "SQL", .help = "One statement that reads, or - to take it from standard input"}};
constexpr std::array kQueryOptions = {
    kOut,
    kLatest,
    Value("format", "FORMAT", "Rows",
          "Form of the rows: table, csv, json, ndjson, parquet or arrow",
          {.default_text = "by the suffix of --output, else table", .has_variable = false}),
    Value("output", "FILE", "Rows",
          "File for the rows, which appears when it is complete; - is standard output",
          {.short_name = 'o', .default_text = "standard output", .has_variable = false}),
    kConfig,
    kJson,
    kQuiet,
    kColor,
    kHelp};
constexpr std::array kQueryExamples = {
    Example{R"(norma query --out facts "SELECT kind, count(*) FROM cst_defs_norm GROUP BY 1")",
            "Count definitions by kind"},
    Example{R"(norma query --out facts -o calls.parquet "SELECT * FROM cst_callsites_norm")",
            "Save all call sites as Parquet"}};

constexpr std::array kTablesOptions = {kOut, kLatest, kConfig, kJson, kQuiet, kColor, kHelp};
constexpr std::array kTablesExamples = {
    Example{"norma tables --out facts", "List the tables with their rows and versions"},
    Example{"norma tables --out facts --json", "The same for a program"}};

constexpr std::array kDescribePositionals = {
    PositionalSpec{.name = "TABLE", .help = "Name or alias of a table"}};
constexpr std::array kDescribeOptions = {
    kOut,
    kLatest,
    Value("sample", "N", "Rows", "Rows to show, from 0 to 1000",
          {.default_text = "5", .has_variable = false}),
    kConfig,
    kJson,
    kQuiet,
    kColor,
    kHelp};
constexpr std::array kDescribeExamples = {
    Example{"norma describe cst_defs_norm --out facts", "Show columns, comments and some rows"},
    Example{"norma describe ast_nodes --out facts --sample 0 --json",
            "The contract alone, for a program"}};

constexpr std::array kSourcePositionals = {
    PositionalSpec{.name = "REPO", .help = "Directory that the run has read"},
    PositionalSpec{.name = "PATH:START..END",
                   .help = "Bytes of a file, as bstart and bend of a span",
                   .is_repeated = true}};
constexpr std::array kSourceOptions = {
    kOut,
    kLatest,
    Flag("raw", "Output", "Print the bytes and nothing else", {.has_variable = false}),
    kConfig,
    kJson,
    kQuiet,
    kColor,
    kHelp};
constexpr std::array kSourceExamples = {
    Example{"norma source path/to/repo pkg/a.py:10..24 --out facts",
            "Show the lines of a span, with its bytes marked"},
    Example{"norma source path/to/repo pkg/a.py:10..24 --out facts --raw",
            "Print exactly these bytes"}};

constexpr std::array kFunctionsPositionals = {
    PositionalSpec{.name = "WORD",
                   .help = "Part of a name; without it all functions are listed",
                   .is_required = false}};
constexpr std::array kFunctionsOptions = {kJson, kQuiet, kColor, kHelp};
constexpr std::array kFunctionsExamples = {
    Example{"norma functions norma_", "List norma's own SQL functions"},
    Example{"norma functions --json", "All functions that SQL can call, for a program"}};

constexpr std::array kVerifyPositionals = {
    PositionalSpec{.name = "TABLE",
                   .help = "Tables to check; without one all are checked",
                   .is_required = false,
                   .is_repeated = true}};
constexpr std::array kVerifyOptions = {kOut, kConfig, kJson, kQuiet, kColor, kHelp};
constexpr std::array kVerifyExamples = {
    Example{"norma verify --out facts", "Check the log and the files of every table"},
    Example{"norma verify cst_defs_norm_v1 --out facts --json", "Check one table, for a program"}};

constexpr std::array kConfigOptions = {Optional(kOut), kLatest, kOnly,  kPython, kJobs,
                                       kMemory,        kStrict, kRunId, kConfig, kJson,
                                       kQuiet,         kColor,  kHelp};
constexpr std::array kConfigExamples = {
    Example{"norma config", "Show each setting, its value and where it comes from"},
    Example{"norma config --config norma.toml --jobs 4",
            "The same with a file and an option, as a command would see them"}};

constexpr std::array kVersionOptions = {kJson, kQuiet, kColor, kHelp};
constexpr std::array kVersionExamples = {
    Example{"norma version", "Print the version of norma and of its engine"},
    Example{"norma version --json", "The same for a program"}};

constexpr std::array kHelpPositionals = {
    PositionalSpec{.name = "COMMAND", .help = "Command to explain", .is_required = false}};
constexpr std::array kHelpOptions = {kJson, kHelp};
constexpr std::array kHelpExamples = {Example{"norma help", "List the commands"},
                                      Example{"norma help run", "Explain the main command"}};

constexpr std::array kCommands = {
    CommandSpec{.name = "run",
                .summary = "Turns a Python repository into Delta tables of facts.",
                .positionals = kRunPositionals,
                .options = kRunOptions,
                .examples = kRunExamples},
    CommandSpec{.name = "query",
                .summary = "Runs one SQL statement that reads, and prints or saves its rows.",
                .positionals = kQueryPositionals,
                .options = kQueryOptions,
                .examples = kQueryExamples},
    CommandSpec{.name = "tables",
                .summary = "Lists the tables of an output root.",
                .options = kTablesOptions,
                .examples = kTablesExamples},
    CommandSpec{.name = "describe",
                .summary = "Shows the contract, the state and some rows of a table.",
                .positionals = kDescribePositionals,
                .options = kDescribeOptions,
                .examples = kDescribeExamples},
    CommandSpec{.name = "source",
                .summary = "Shows the source text of spans, if the file is still the one read.",
                .positionals = kSourcePositionals,
                .options = kSourceOptions,
                .examples = kSourceExamples},
    CommandSpec{.name = "functions",
                .summary = "Lists the functions that SQL can call.",
                .positionals = kFunctionsPositionals,
                .options = kFunctionsOptions,
                .examples = kFunctionsExamples},
    CommandSpec{.name = "verify",
                .summary = "Checks the logs and files of tables; exit code 1 means findings.",
                .positionals = kVerifyPositionals,
                .options = kVerifyOptions,
                .examples = kVerifyExamples},
    CommandSpec{.name = "config",
                .summary = "Shows each setting, its value and where it comes from.",
                .options = kConfigOptions,
                .examples = kConfigExamples},
    CommandSpec{.name = "version",
                .summary = "Prints the version of norma and of what it is built with.",
                .options = kVersionOptions,
                .examples = kVersionExamples},
    CommandSpec{.name = "help",
                .summary = "Explains norma or one of its commands.",
                .positionals = kHelpPositionals,
                .options = kHelpOptions,
                .examples = kHelpExamples}};

}  // namespace

std::span<const CommandSpec> Commands() { return kCommands; }

const CommandSpec* FindCommand(std::string_view name) {
  for (const CommandSpec& command : kCommands) {
    if (command.name == name) {
      return &command;
    }
  }
  return nullptr;
}

}  // namespace norma::cli
