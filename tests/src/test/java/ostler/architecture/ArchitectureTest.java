package ostler.architecture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The folders show the architecture; these rules keep them telling the truth. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {

  /** The classes that may write outside the root programs, each for the one file it is about. */
  private static final String[] WRITERS = {
    "ostler.capture.HostTree", // a captured host, laid out again for --root
    "ostler.inspect.Inspect", // --capture
    "ostler.agent.StateDirectory", // the lock against a second agent
    "ostler.agent.journal.JournalFile",
    "ostler.agent.nova.StartDoor", // its own socket, where an earlier run left it
    "ostler.agent.journal.SecretFile", // credential and signing key
    "ostler.allocator.DataFolder", // data folder and the admin's token
    "ostler.cli.OutputFile", // --write-conf, --write-commands
    "ostler.allocator.BackupFile", // backups of the embedded database, and what is in them
  };

  private final JavaClasses production =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ostler");

  private final JavaClasses planted =
      new ClassFileImporter().importPackages("ostler.architecture.planted");

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return Rules.all().entrySet().stream()
        .map(rule -> dynamicTest(rule.getKey(), () -> rule.getValue().check(production)));
  }

  @Test
  void filesAreWrittenOnlyByTheClassesNamedHere() {
    Rules.writesOnlyIn(WRITERS).check(production);
  }

  @TestFactory
  Stream<DynamicTest> rulesCatchWhatIsPlanted() {
    return Stream.of(
            "processes are started only where the design says",
            "clock, sleep, randomness and UUIDs come from the wiring",
            "no class is named after a drawer",
            "no interface has a single implementation")
        .map(
            name ->
                dynamicTest(
                    name,
                    () ->
                        assertTrue(Rules.all().get(name).evaluate(planted).hasViolation(), name)));
  }

  @Test
  void writingAFileIsCaught() {
    assertTrue(Rules.writesOnlyIn().evaluate(planted).hasViolation());
  }

  @Test
  void everyModuleIsSeen() {
    for (String part : List.of("pci", "inventory", "sysfs", "agent", "vfio", "allocator", "cli")) {
      assertFalse(
          production.stream().noneMatch(c -> c.getPackageName().startsWith("ostler." + part)),
          "no class of ostler." + part + " was imported");
    }
  }
}
