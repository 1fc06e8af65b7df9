# Writes models-r.json: fits and forecasts of R's forecast package that the engine is checked against.
#
# Run: Rscript models.R > models-r.json
suppressMessages(library(forecast))
library(jsonlite)

h <- 8
set.seed(20)
week <- c(12, 9, 8, 9, 11, 16, 20)
daily <- ts(rpois(140, rep(week, 20) * exp(cumsum(rnorm(140, 0, 0.02)))) + 1, frequency = 7)
series <- list(
  AirPassengers = AirPassengers, USAccDeaths = USAccDeaths, Nile = Nile, WWWusage = WWWusage,
  UKgas = UKgas, daily = daily
)

# One fixed form: R's parameters, first states (phase of period 0 first), likelihood and forecasts.
form_of <- function(y, code, damped) {
  fit <- tryCatch(ets(y, model = code, damped = damped), error = function(e) NULL)
  if (is.null(fit)) return(NULL)
  m <- frequency(y)
  states <- as.numeric(fit$states[1, ])
  seasonal <- substr(code, 3, 3) != "N"
  slope <- substr(code, 2, 2) != "N"
  trend <- if (damped) "Ad" else substr(code, 2, 2)
  f <- forecast(fit, h = h, level = 80)
  list(
    error = substr(code, 1, 1), trend = trend, season = substr(code, 3, 3),
    par = as.list(fit$par[names(fit$par) %in% c("alpha", "beta", "gamma", "phi")]),
    level = states[1], slope = if (slope) states[2] else 0,
    seasonal = if (seasonal) rev(tail(states, m)) else list(),
    loglik = fit$loglik, aicc = fit$aicc, sigma2 = fit$sigma2,
    mean = as.numeric(f$mean), upper80 = as.numeric(f$upper)
  )
}

forms_of <- function(y) {
  seasons <- if (frequency(y) > 1) c("N", "A", "M") else "N"
  found <- list()
  for (s in seasons) for (t in c("N", "A")) for (e in c("A", "M")) {
    if (e == "A" && s == "M") next
    # R lets the mean of such a model fall below zero, which the engine counts as out of its domain.
    if (e == "M" && s == "A" && sd(y) > 0.5 * mean(y)) next
    for (damped in if (t == "A") c(FALSE, TRUE) else FALSE) {
      one <- form_of(y, paste0(e, t, s), damped)
      if (!is.null(one)) found[[length(found) + 1]] <- one
    }
  }
  found
}

point <- function(f) list(mean = as.numeric(f$mean), upper80 = as.numeric(f$upper))

result <- lapply(series, function(y) {
  auto <- ets(y)
  list(
    m = frequency(y), y = as.numeric(y),
    forms = forms_of(y),
    ets = list(method = auto$method, aicc = auto$aicc, mean = as.numeric(forecast(auto, h = h)$mean)),
    naive = point(naive(y, h = h, level = 80)), "seasonal-naive" = point(snaive(y, h = h, level = 80)),
    "historic-average" = point(meanf(y, h = h, level = 80)),
    ses = point(ses(y, h = h, level = 80)), holt = point(holt(y, h = h, level = 80)),
    damped = point(holt(y, h = h, damped = TRUE, level = 80)), theta = point(thetaf(y, h = h, level = 80))
  )
})
tool <- paste("R", getRversion(), "forecast", packageVersion("forecast"))
cat(toJSON(list(tool = tool, h = h, series = result), digits = 10, auto_unbox = TRUE))
cat("\n")
