package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.engine.placement.Hosts.ask;
import static ostler.allocator.engine.placement.Hosts.rule;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.placement.Hosts.Card;
import ostler.flavor.Alias;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.Topology;
import ostler.flavor.nova.DeviceType;
import ostler.inventory.UnitKind;

/** Which of Placement's candidates are left to Nova. */
final class NovaChoicesTest {

  private static final int GPU = 0x1002;
  private static final int OTHER = 0x10de;
  private static final Alias ALIAS = Hosts.alias(NumaPolicy.LEGACY, rule(GPU));

  private static Card gpu(int card) {
    return Card.of("gpu" + card, GPU).sliceOf(UnitKind.WHOLE, card);
  }

  private static Card vf(int number, int card) {
    return Card.of("vf" + card + "." + number, GPU).sliceOf(UnitKind.SRIOV_VF, card);
  }

  private static NovaChoice taking(Integer... cards) {
    return new NovaChoice(List.of(Arrays.stream(cards).map(Hosts::function).toList()));
  }

  private static Verdicts judge(
      Hosts hosts, int count, Alias alias, NovaSpec spec, List<NovaChoice> ways) {
    Placement placement =
        Placement.forNova(hosts.fleet(), ask(count, alias, Guest.PLAIN), List.of(List.of(spec)));
    return placement.judge(hosts.fleet().places(List.of("host")), List.of(ways), Hosts.NOW);
  }

  private static NovaSpec model(DeviceType... kind) {
    return new NovaSpec(
        Optional.of(new PciNumber(GPU)), Optional.empty(), Arrays.stream(kind).findFirst());
  }

  /** The places of those that are left, on a host that passes. */
  private static List<Integer> left(Hosts hosts, int count, NovaChoice... ways) {
    return left(judge(hosts, count, ALIAS, model(), List.of(ways)), ways.length);
  }

  private static List<Integer> left(Verdicts verdicts, int ways) {
    assertEquals(Optional.empty(), verdicts.code(0));
    return IntStream.range(0, ways).filter(way -> verdicts.isGood(0, way)).boxed().toList();
  }

  @Test
  void c25ADirtyUnitCostsOnlyTheCandidatesThatTakeIt() {
    Hosts hosts = new Hosts().add("host", gpu(1), gpu(2).out(Code.DIRTY), gpu(3));
    assertEquals(List.of(0, 2), left(hosts, 1, taking(1), taking(2), taking(3)));
    assertEquals(List.of(1), left(hosts, 2, taking(1, 2), taking(3, 1), taking(2, 3)));
  }

  @Test
  void aHostOnWhichEachCandidateTakesADirtyUnitDoesNotPass() {
    Hosts hosts = new Hosts().add("host", gpu(1), gpu(2).out(Code.DIRTY));
    Verdicts verdicts = judge(hosts, 1, ALIAS, model(), List.of(taking(2)));
    assertEquals(Optional.of(Code.NO_CLEAN_CANDIDATE), verdicts.code(0));
  }

  @Test
  void whereNovaHasNoCandidatesItMightPickAny() {
    Hosts hosts = new Hosts().add("host", gpu(1), gpu(2).out(Code.DIRTY));
    Verdicts verdicts = judge(hosts, 1, ALIAS, model(), List.of());
    assertEquals(Optional.of(Code.NOVA_MIGHT_PICK_DIRTY), verdicts.code(0));
  }

  @Test
  void c26AProviderThatNobodyKnowsIsNotLeft() {
    Hosts hosts = new Hosts().add("host", gpu(1));
    assertEquals(List.of(2), left(hosts, 1, taking(9), taking(), taking(1)));
  }

  @Test
  void aClaimedUnitIsNotLeft() {
    Hosts hosts = new Hosts().add("host", gpu(1), gpu(2).out(Code.CLAIMED));
    assertEquals(List.of(0), left(hosts, 1, taking(1), taking(2)));
  }

  @Test
  void whatOurAliasDoesNotMeanIsNotLeft() {
    NovaSpec any = new NovaSpec(Optional.empty(), Optional.empty(), Optional.empty());
    Hosts hosts =
        new Hosts().add("host", gpu(1), Card.of("other", OTHER).sliceOf(UnitKind.WHOLE, 2));
    Verdicts verdicts = judge(hosts, 1, ALIAS, any, List.of(taking(1), taking(2)));
    assertEquals(List.of(0), left(verdicts, 2));
  }

  /** Nova's tracker picks the virtual function itself, so all that are free there must be good. */
  @Test
  void aPhysicalFunctionIsLeftIfEachOfItsFreeFunctionsMayBeHad() {
    Alias functions = Hosts.alias(NumaPolicy.LEGACY, rule(GPU, UnitKind.SRIOV_VF, 0));
    Hosts hosts =
        new Hosts()
            .add("host", vf(0, 1), vf(1, 1), vf(0, 2), vf(1, 2).out(Code.DIRTY))
            .add("host", vf(0, 3), vf(1, 3).out(Code.CLAIMED));
    Verdicts one =
        judge(hosts, 1, functions, model(DeviceType.VF), List.of(taking(1), taking(2), taking(3)));
    assertEquals(List.of(0, 2), left(one, 3));
    Verdicts two =
        judge(
            hosts,
            2,
            functions,
            model(DeviceType.VF),
            List.of(taking(1, 1), taking(3, 3), taking(1, 3), taking(1, 2)));
    assertEquals(List.of(0, 2), left(two, 4));
  }

  @Test
  void aCandidateThatLiesOtherwiseThanTheAliasWishesIsNotLeft() {
    Alias together = Hosts.alias(Topology.SAME_SWITCH, rule(GPU));
    Hosts hosts = new Hosts().add("host", gpu(1).behind(1), gpu(2).behind(1), gpu(3).behind(2));
    Verdicts verdicts =
        judge(hosts, 2, together, model(), List.of(taking(1, 3), taking(2, 1), taking(2, 3)));
    assertEquals(List.of(1), left(verdicts, 3));
  }

  @Test
  void whatLacksUnitsIsRefusedForThatWhateverTheCandidates() {
    Hosts hosts = new Hosts().add("host", gpu(1), gpu(2).out(Code.CLEANING));
    Verdicts verdicts = judge(hosts, 2, ALIAS, model(), List.of(taking(1, 2)));
    assertEquals(Optional.of(Code.CLEANING), verdicts.code(0));
    assertTrue(verdicts.passed() == 0);
  }
}
