package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import ostler.inventory.ResetChoice;
import ostler.pci.ResetMethod;

final class ResetPlanTest {

  private static final List<ResetMethod> FLR_BUS = List.of(ResetMethod.FLR, ResetMethod.BUS);
  private static final List<ResetMethod> BUS = List.of(ResetMethod.BUS);

  @Test
  void aMethodOrderedByNameIsTheOnlyOneTried() {
    assertEquals(
        List.of(ResetChoice.PM), ResetPlan.of(ResetChoice.PM, List.of(FLR_BUS, List.of())));
  }

  @Test
  void aFunctionAloneIsResetByItselfBeforeItsBus() {
    assertEquals(
        List.of(ResetChoice.FLR, ResetChoice.BUS),
        ResetPlan.of(ResetChoice.AUTO, List.of(FLR_BUS)));
  }

  @Test
  void onlyWhatEveryMemberHasIsTriedBesideTheHotReset() {
    assertEquals(List.of(ResetChoice.HOT), ResetPlan.of(ResetChoice.AUTO, List.of(BUS, List.of())));
    assertEquals(
        List.of(ResetChoice.FLR, ResetChoice.HOT, ResetChoice.BUS),
        ResetPlan.of(ResetChoice.AUTO, List.of(FLR_BUS, FLR_BUS)));
    assertEquals(
        List.of(ResetChoice.HOT, ResetChoice.BUS),
        ResetPlan.of(ResetChoice.AUTO, List.of(FLR_BUS, BUS)));
  }

  @Test
  void aSpecialWayOfTheKernelsGoesFirst() {
    assertEquals(
        List.of(ResetChoice.DEVICE_SPECIFIC, ResetChoice.FLR),
        ResetPlan.of(
            ResetChoice.AUTO, List.of(List.of(ResetMethod.FLR, ResetMethod.DEVICE_SPECIFIC))));
  }

  @Test
  void aMethodThatCannotBeAskedForIsNotTried() {
    List<ResetMethod> cxl = List.of(ResetMethod.CXL_BUS);
    assertEquals(List.of(), ResetPlan.of(ResetChoice.AUTO, List.of(cxl)));
    assertFalse(
        ResetPlan.of(ResetChoice.AUTO, List.of(FLR_BUS, FLR_BUS)).contains(ResetChoice.AUTO));
  }
}
