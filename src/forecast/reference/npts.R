# Writes npts.json: weighted means and quantiles that the non-parametric model is checked against.
#
# Run: Rscript npts.R > npts.json
suppressMessages(library(spatstat.geom))
library(jsonlite)

set.seed(11)
n <- 90
h <- 9
promotion <- rbinom(n + h, 1, 0.2)
y <- rpois(n, c(12, 9, 8, 9, 11, 16, 20)[(seq_len(n) - 1) %% 7 + 1] * (1 + promotion[seq_len(n)]))
y[c(20, 55)] <- NA
levels <- c(0.104, 0.302, 0.5, 0.698, 0.896)

# The weight of a past day falls with its age, and is less on another weekday or under another flag.
said <- function(k, memory, phase, state) {
  t <- seq_len(n) - 1
  to <- n + k - 1
  w <- 0.02 + exp((t - n) / memory)
  w <- w * ifelse(t %% 7 == to %% 7, 1, phase) * ifelse(promotion[t + 1] == promotion[to + 1], 1, state)
  seen <- !is.na(y)
  mean <- weighted.mean(y[seen], w[seen])
  list(
    mean = mean, sd = sqrt(weighted.mean((y[seen] - mean)^2, w[seen])),
    quantiles = as.numeric(weighted.quantile(y[seen], w[seen], probs = levels, type = 1))
  )
}

grid <- list(c(15, 0.2, 0.02), c(300, 0.01, 1), c(40, 1, 0.02))
cases <- lapply(grid, function(g) {
  list(memory = g[1], otherPhase = g[2], otherState = g[3],
       said = lapply(seq_len(h), said, memory = g[1], phase = g[2], state = g[3]))
})
tool <- paste("R", getRversion(), "spatstat.geom", packageVersion("spatstat.geom"))
cat(toJSON(list(tool = tool, season = 7, levels = levels, y = y, promotion = promotion, cases = cases),
           digits = 12, auto_unbox = TRUE, na = "null"))
cat("\n")
