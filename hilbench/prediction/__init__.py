"""Cost of a case on a chip, found out on its virtual board."""

from hilbench.prediction.prediction import LayerPredictor, Prediction
from hilbench.prediction.predictor import Predictor, Watch, can_predict

__all__ = ["LayerPredictor", "Prediction", "Predictor", "Watch", "can_predict"]
