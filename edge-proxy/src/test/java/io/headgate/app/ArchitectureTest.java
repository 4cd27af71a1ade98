package io.headgate.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.headgate.desired.Reconciler;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The dependency table of the design, kept true. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.headgate");

  /** Package to the packages of ours that it may use. */
  private static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry("model", Set.of()),
          entry("config", Set.of("model")),
          entry("kubernetes", Set.of("model", "config")),
          entry("apiserver", Set.of()),
          entry("addressing", Set.of("model", "config")),
          entry("desired", Set.of("model", "config", "addressing")),
          entry("linux", Set.of()),
          entry("vrrp", Set.of()),
          entry("balance", Set.of("model")),
          entry("health", Set.of("model", "config", "linux")),
          entry("relay", Set.of("model", "balance", "linux")),
          entry("takeover", Set.of("model", "config", "vrrp", "linux")),
          entry("admin", Set.of("model", "config")),
          entry("cli", Set.of("admin", "model")));

  @TestFactory
  Stream<DynamicTest> each_package_uses_only_what_the_design_allows() {
    return USES.entrySet().stream()
        .map(rule ->
            DynamicTest.dynamicTest(
                rule.getKey() + " uses " + rule.getValue(),
                () ->
                    noClasses()
                        .that()
                        .resideInAPackage("io.headgate." + rule.getKey() + "..")
                        .should()
                        .dependOnClassesThat(
                            resideInAPackage("io.headgate..")
                                .and(not(resideInAnyPackage(allowed(rule.getKey())))))
                        .because("data flows one way: see the table in the design")
                        .check(CODE)));
  }

  @Test
  void every_package_is_in_the_table() {
    Set<String> packages =
        CODE.stream()
            .map(type -> type.getPackageName().split("\\.", -1)[2])
            .filter(name -> !name.equals("app"))
            .collect(Collectors.toSet());
    assertThat(packages).isEqualTo(USES.keySet());
  }

  @Test
  void decisions_are_pure() {
    noClasses()
        .that()
        .resideInAnyPackage("io.headgate.model..", "io.headgate.desired..", "io.headgate.vrrp..")
        .and()
        .areNotAssignableTo(Reconciler.class)
        .and()
        .haveNameNotMatching(".*Reconciler.*")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..", "java.util.concurrent..", "org.slf4j..")
        .because("time is an argument, and a decision can be tested without a thread")
        .check(CODE);
  }

  @Test
  void packages_are_free_of_cycles() {
    slices().matching("io.headgate.(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void a_library_has_one_home() {
    onlyIn("io.fabric8..", "kubernetes");
    onlyIn("com.typesafe.config..", "config");
    onlyIn("io.netty..", "relay", "health", "admin", "apiserver", "takeover.peer", "app");
    onlyIn("java.lang.foreign..", "linux");
    onlyIn("picocli..", "cli", "app");
    onlyIn("ch.qos.logback..", "app");
  }

  @Test
  void only_the_process_itself_ends_the_process() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.headgate.app..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CODE);
  }

  @Test
  void values_never_change() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("io.headgate.model..")
        .should()
        .beFinal()
        .check(CODE);
  }

  private static void onlyIn(String library, String... homes) {
    noClasses()
        .that(
            resideInAPackage("io.headgate..")
                .and(
                    not(
                        resideInAnyPackage(
                            Arrays.stream(homes)
                                .map(home -> "io.headgate." + home + "..")
                                .toArray(String[]::new)))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " is known only to " + String.join(", ", homes))
        .check(CODE);
  }

  private static String[] allowed(String name) {
    return Stream.concat(Stream.of(name), USES.getOrDefault(name, Set.of()).stream())
        .map(allowed -> "io.headgate." + allowed + "..")
        .toArray(String[]::new);
  }
}
