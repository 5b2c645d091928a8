package ostler.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.File;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The structure of Ostler as rules, each named by the sentence it enforces.
 *
 * <p>They stand apart from the test that runs them so that the same rules can be run over planted
 * violations: a rule that cannot fail protects nothing.
 */
final class Rules {

  /** Programs that run as root: they parse at {@code main}, and take only types after that. */
  private static final String[] ROOT_PROGRAMS = {"ostler.vfio..", "ostler.mdev..", "ostler.root.."};

  /**
   * Test equipment in main code: it stands between the product and its database, and on its disk.
   */
  private static final String SIMULATION = "ostler.simulation..";

  /** What each part of the graph may use beside the JDK and itself. */
  private static final Map<String, List<String>> GRAPH = graph();

  private static final Pattern DRAWER_NAMES =
      Pattern.compile(".*(Impl|Utils?|Helper|Dto|DTO|Manager|Processor)$");

  private static final Set<String> WRITING =
      Set.of(
          "write",
          "writeString",
          "newByteChannel",
          "newOutputStream",
          "newBufferedWriter",
          "delete",
          "deleteIfExists",
          "move",
          "copy",
          "createFile",
          "createSymbolicLink",
          "createTempFile",
          "createTempDirectory",
          "createDirectory",
          "createDirectories");

  private Rules() {}

  private static Map<String, List<String>> graph() {
    List<String> leaf = List.of("ostler.pci..", "ostler.inventory..", "ostler.wire..");
    Map<String, List<String>> graph = new LinkedHashMap<>();
    graph.put("ostler.pci..", List.of());
    graph.put("ostler.wire..", List.of());
    graph.put("ostler.inventory..", List.of("ostler.pci..", "ostler.wire.."));
    graph.put("ostler.sysfs..", leaf);
    graph.put("ostler.inspect..", with(leaf, "ostler.sysfs..", "ostler.capture.."));
    graph.put("ostler.capture..", with(leaf, "ostler.sysfs.."));
    graph.put("ostler.root..", leaf);
    graph.put("ostler.nvml..", leaf);
    graph.put("ostler.vfio..", with(leaf, "ostler.sysfs..", "ostler.root.."));
    graph.put("ostler.mdev..", with(leaf, "ostler.sysfs..", "ostler.root..", "ostler.nvml.."));
    graph.put("ostler.agent..", with(leaf, "ostler.sysfs..", "ostler.nvml.."));
    graph.put("ostler.kubernetes..", leaf);
    graph.put("ostler.flavor..", leaf);
    graph.put("ostler.accounting..", leaf);
    graph.put("ostler.allocator..", with(leaf, "ostler.flavor..", "ostler.accounting.."));
    graph.put("ostler.cli..", with(leaf, "ostler.flavor.."));
    return graph;
  }

  private static List<String> with(List<String> base, String... more) {
    return java.util.stream.Stream.concat(base.stream(), java.util.stream.Stream.of(more)).toList();
  }

  /** Every rule by the sentence it enforces, in the order of the design's list. */
  static Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put(
        "packages have no cycles", slices().matching("ostler.(**)").should().beFreeOfCycles());
    GRAPH.forEach(
        (part, uses) -> rules.put(part + " uses only what the graph allows", keepsTo(part, uses)));
    rules.put("the core knows only the JDK and Jackson's annotations or streaming", coreIsPlain());
    rules.putAll(libraries());
    rules.put("processes are started only where the design says", processes());
    rules.put("root programs take typed arguments only", rootProgramsTakeTypes());
    rules.put("no field injection", fieldInjection());
    rules.put("clock, sleep, randomness and UUIDs come from the wiring", ambientInputs());
    rules.put("no class is named after a drawer", drawerNames());
    rules.put("no interface has a single implementation", singleImplementations());
    rules.put("no mocking library", onlyIn("org.mockito..", "ostler.none.."));
    return rules;
  }

  private static ArchRule keepsTo(String part, List<String> uses) {
    String[] allowed =
        java.util.stream.Stream.concat(java.util.stream.Stream.of(part), uses.stream())
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(part)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("ostler..").and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .allowEmptyShould(true);
  }

  private static ArchRule coreIsPlain() {
    return noClasses()
        .that()
        .resideInAnyPackage(
            "ostler.pci..",
            "ostler.inventory..",
            "ostler.root..",
            "ostler.sysfs..",
            "ostler.wire..",
            "ostler.allocator.engine..",
            "ostler.allocator.quota..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.not(
                resideInAnyPackage(
                    "java..",
                    "ostler..",
                    "com.fasterxml.jackson.annotation..",
                    "tools.jackson.core..",
                    "com.google.errorprone.annotations..")));
  }

  private static Map<String, ArchRule> libraries() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put(
        "JNA only where native code is called",
        onlyIn("com.sun.jna..", "ostler.nvml..", "ostler.agent.libvirt..", "ostler.vfio.scrub.."));
    rules.put(
        "libvirt-java only in its package", onlyIn("org.libvirt..", "ostler.agent.libvirt.."));
    rules.put("OSHI only for host facts", onlyIn("oshi..", "ostler.agent.facts.."));
    rules.put(
        "SQL only in stores",
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "ostler.allocator.store..",
                "ostler.accounting.ledger..",
                "ostler.bench..",
                SIMULATION)
            .and()
            .doNotHaveSimpleName("Wiring")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")));
    rules.put(
        "Spring's web only at the edge",
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "ostler.allocator.http..", "ostler.allocator.nova..", "ostler.allocator.console..")
            .and()
            .doNotHaveSimpleName("Wiring")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework.web..")));
    rules.put(
        "no Spring outside the allocator, nor in its engine and quota",
        noClasses()
            .that()
            .resideOutsideOfPackages("ostler.allocator..", SIMULATION)
            .or()
            .resideInAnyPackage("ostler.allocator.engine..", "ostler.allocator.quota..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework..")));
    return rules;
  }

  private static ArchRule onlyIn(String library, String... packages) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat(resideInAnyPackage(library));
  }

  /** The lab and the demo live in tests; they start QEMU and the programs themselves. */
  private static ArchRule processes() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            "ostler.agent.privileged..", "ostler.lab..", "ostler.demo..", "ostler.bench..")
        .and(
            describe(
                "are not a launcher's main",
                c -> !c.getName().startsWith("ostler.inspect.Inspect")))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class);
  }

  /** An exception is told sentences for the operator; they are answers, never arguments. */
  private static ArchRule rootProgramsTakeTypes() {
    return classes()
        .that()
        .resideInAnyPackage(ROOT_PROGRAMS)
        .and()
        .areNotAssignableTo(Throwable.class)
        .and()
        .doNotHaveSimpleName("KernelFiles")
        .should(takeNoRawStrings())
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> takeNoRawStrings() {
    Set<String> raw = Set.of(String.class.getName(), Path.class.getName(), File.class.getName());
    return new ArchCondition<>("take no path or raw string except in main") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        for (JavaMethod method : checked.getMethods()) {
          boolean ours = !method.getName().equals("main") && !isGenerated(method);
          if (ours
              && !method.getModifiers().contains(JavaModifier.PRIVATE)
              && method.getRawParameterTypes().stream().anyMatch(t -> raw.contains(t.getName()))) {
            events.add(
                SimpleConditionEvent.violated(
                    method, method.getFullName() + " takes a path or a raw string"));
          }
        }
      }
    };
  }

  /** Enum lookups, record accessors' equals and lambdas are the compiler's, not ours. */
  private static boolean isGenerated(JavaCodeUnit method) {
    return method.getName().equals("valueOf")
        || method.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static ArchRule fieldInjection() {
    return noFields()
        .should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
        .orShould()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
        .orShould()
        .beAnnotatedWith("jakarta.inject.Inject")
        .orShould()
        .beAnnotatedWith("jakarta.annotation.Resource");
  }

  /** A program's wiring is its Main or Wiring class; tests' main code times real machines. */
  private static ArchRule ambientInputs() {
    return noClasses()
        .that()
        .resideOutsideOfPackages("ostler.lab..", "ostler.demo..", "ostler.bench..")
        .and(
            describe(
                "are not a program's wiring",
                c -> !Set.of("Main", "Wiring", "Inspect").contains(outermost(c).getSimpleName())))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callConstructor(Random.class);
  }

  private static JavaClass outermost(JavaClass inner) {
    return inner.getEnclosingClass().map(Rules::outermost).orElse(inner);
  }

  private static ArchRule drawerNames() {
    return noClasses()
        .should()
        .haveNameMatching(DRAWER_NAMES.pattern())
        .because("a name says what a thing is about, never that it is a drawer");
  }

  private static ArchRule singleImplementations() {
    return classes()
        .that()
        .areInterfaces()
        .and()
        .areNotAnnotations()
        .and(describe("are types that promise several methods", Rules::mustHavePeers))
        .should(
            new ArchCondition<>("have two implementations") {
              @Override
              public void check(JavaClass checked, ConditionEvents events) {
                long implementations =
                    checked.getAllSubclasses().stream().filter(c -> !c.isInterface()).count();
                if (implementations < 2) {
                  events.add(
                      SimpleConditionEvent.violated(
                          checked,
                          checked.getName() + " has " + implementations + " implementation(s)"));
                }
              }
            })
        .allowEmptyShould(true);
  }

  private static boolean mustHavePeers(JavaClass candidate) {
    boolean packageInfo = candidate.getSimpleName().equals("package-info");
    boolean functional =
        candidate.getAllMethods().stream()
                .filter(m -> m.getModifiers().contains(JavaModifier.ABSTRACT))
                .count()
            == 1;
    boolean library = candidate.getAllRawInterfaces().stream().anyMatch(Rules::isOutside);
    return !packageInfo && !functional && !library;
  }

  private static boolean isOutside(JavaClass type) {
    return !type.getPackageName().startsWith("ostler");
  }

  /** Writing files: named here because the call sites differ too much for one predicate. */
  static ArchRule writesOnlyIn(String... writers) {
    return noClasses()
        .that(
            describe(
                "are not among the named writers",
                c -> !Set.of(writers).contains(outermost(c).getName())))
        .and()
        .resideOutsideOfPackages(
            "ostler.vfio..",
            "ostler.mdev..",
            "ostler.root..",
            "ostler.lab..",
            "ostler.demo..",
            "ostler.bench..",
            SIMULATION)
        .should()
        .callMethodWhere(describe("writes or opens for writing", Rules::mayWrite))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(RandomAccessFile.class)
        .orShould()
        .callConstructor(FileOutputStream.class, String.class)
        .orShould()
        .callConstructor(FileOutputStream.class, File.class);
  }

  private static boolean mayWrite(JavaMethodCall call) {
    boolean files =
        call.getTargetOwner().isEquivalentTo(Files.class) && WRITING.contains(call.getName());
    boolean channel =
        call.getTargetOwner().isEquivalentTo(FileChannel.class) && call.getName().equals("open");
    return files || channel;
  }
}
