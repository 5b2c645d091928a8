package ostler.allocator.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses a parameter that a call does not have: whoever misspells a filter is not to be answered
 * with everything.
 */
public final class KnownParameters implements HandlerInterceptor, WebMvcConfigurer {

  private static final String OWN = KnownParameters.class.getPackageName();

  /** A short list may come as a whole, however it was asked for. */
  private static final Set<String> OF_EVERY_LIST = Set.of("limit", "marker");

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod call
        && call.getBeanType().getPackageName().equals(OWN)
        && request.getQueryString() != null) {
      Set<String> known = new HashSet<>(OF_EVERY_LIST);
      for (MethodParameter parameter : call.getMethodParameters()) {
        name(parameter).ifPresent(known::add);
      }
      for (String said : said(request)) {
        if (!known.contains(said)) {
          throw new BadInput(said, "is not a parameter of this call");
        }
      }
    }
    return true;
  }

  private static Set<String> said(HttpServletRequest request) {
    try {
      return request.getParameterMap().keySet();
    } catch (InvalidParameterException e) {
      throw new BadInput("query", "cannot be decoded: " + e.getMessage());
    }
  }

  private static Optional<String> name(MethodParameter parameter) {
    RequestParam said = parameter.getParameterAnnotation(RequestParam.class);
    if (said == null) {
      return Optional.empty();
    }
    return said.name().isEmpty()
        ? Optional.ofNullable(parameter.getParameter().getName())
        : Optional.of(said.name());
  }
}
